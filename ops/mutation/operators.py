"""What is changed: each operator takes a rule out, lets one through, or moves a bound by one."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ops.mutation.place import Place

_BOUNDS: dict[type[ast.cmpop], type[ast.cmpop]] = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}
_OPPOSITES: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Lt: ast.GtE,
    ast.GtE: ast.Lt,
    ast.Gt: ast.LtE,
    ast.LtE: ast.Gt,
}
_COUNTERPARTS = {"any": "all", "all": "any", "min": "max", "max": "min"}
_CLEANERS = frozenset(
    {
        "lower",
        "strip",
        "lstrip",
        "rstrip",
        "removeprefix",
        "removesuffix",
        "replace",
        "translate",
        "split",
        "astimezone",
    }
)
# What a codec is called, and what stands between words for people.
_SPELLED = frozenset({"encode", "decode", "join"})
_TAKES_NAMES = frozenset({"iter", "iterdescendants"})
_CALCULATIONS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
_SECOND_CODES = ("SAML_EXPIRED", "SAML_TOO_LARGE")


def replacements(place: Place) -> Iterator[ast.AST]:
    """Everything that may stand in the place of a node."""
    node = place.node
    if _is_code(node):
        yield _other_code(node)
    if place.is_speech:
        return
    if isinstance(node, ast.stmt):
        yield from _statements(node, place)
    if _is_condition(place):
        yield from (ast.Constant(True), ast.Constant(False))
    if isinstance(node, ast.expr):
        yield from _expressions(node, place)


def _statements(node: ast.stmt, place: Place) -> Iterator[ast.AST]:
    is_call = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    # An `if` that only raises is taken out by its condition.
    is_raise = isinstance(node, ast.Raise) and not (isinstance(place.parent, ast.If) and len(place.parent.body) == 1)
    if is_call or is_raise or isinstance(node, ast.AugAssign | ast.Continue | ast.Delete):
        yield ast.Pass()
    if isinstance(node, ast.Return) and node.value is not None and not isinstance(node.value, ast.Constant):
        yield ast.Return(ast.Constant(None))


def _expressions(node: ast.expr, place: Place) -> Iterator[ast.AST]:
    if isinstance(node, ast.Compare):
        yield from _comparisons(node, place)
    elif isinstance(node, ast.BoolOp):
        yield from _operands(node)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node.operand
    elif isinstance(node, ast.BinOp) and type(node.op) in _CALCULATIONS:
        yield from (ast.BinOp(node.left, _CALCULATIONS[type(node.op)](), node.right), node.left)
    elif isinstance(node, ast.Constant):
        yield from _constants(node, place)
    elif isinstance(node, ast.Tuple | ast.List | ast.Set):
        yield from _entries(node, place)
    elif isinstance(node, ast.Dict):
        yield from _pairs(node)
    elif isinstance(node, ast.Call):
        yield from _calls(node)
    if place.field == "type" and isinstance(place.parent, ast.ExceptHandler):
        yield ast.Tuple([], ast.Load())


def _is_condition(place: Place) -> bool:
    tests = (ast.If, ast.IfExp)
    return (isinstance(place.parent, tests) and place.field == "test") or (
        isinstance(place.parent, ast.comprehension) and place.field == "ifs"
    )


def _comparisons(node: ast.Compare, place: Place) -> Iterator[ast.AST]:
    for number, operator in enumerate(node.ops):
        others = [_BOUNDS.get(type(operator)), None if _is_condition(place) else _OPPOSITES[type(operator)]]
        for other in others:
            if other is not None:
                changed = [*node.ops[:number], other(), *node.ops[number + 1 :]]
                yield ast.Compare(node.left, changed, node.comparators)


def _operands(node: ast.BoolOp) -> Iterator[ast.AST]:
    for number in range(len(node.values)):
        rest = node.values[:number] + node.values[number + 1 :]
        yield rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)


def _constants(node: ast.Constant, place: Place) -> Iterator[ast.AST]:
    value = node.value
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int):
        yield ast.Constant(value + 1)
        if isinstance(place.parent, ast.Compare):
            yield ast.Constant(value - 1)
    elif isinstance(value, str) and _is_compared(place):
        yield ast.Constant(value + "~")
    elif isinstance(value, bytes):
        yield ast.Constant(value + b"~")


def _is_compared(place: Place) -> bool:
    """Whether a text takes part in a decision. Texts of functions that are made by formatting are for people."""
    if any(isinstance(node, ast.JoinedStr) for node in place.above):
        return place.at_import and not place.function.startswith(("Detail", "DETAILS"))
    if isinstance(place.parent, ast.keyword):
        return place.parent.arg not in {"expected", "received", "doc"}
    if isinstance(place.parent, ast.Call):
        return isinstance(place.parent.func, ast.Attribute) and place.parent.func.attr not in _SPELLED
    return not isinstance(place.parent, ast.IfExp | ast.FormattedValue) and "DETAILS" not in _target(place)


def _target(place: Place) -> str:
    statement = place.statement
    target = statement.target if isinstance(statement, ast.AnnAssign) else None
    return target.id if isinstance(target, ast.Name) else ""


def _entries(node: ast.Tuple | ast.List | ast.Set, place: Place) -> Iterator[ast.AST]:
    is_unpacked = isinstance(place.parent, ast.Assign | ast.For | ast.comprehension) and place.field != "value"
    if isinstance(node, ast.Set) or not (is_unpacked or isinstance(node.ctx, ast.Store)):
        for number in range(len(node.elts)):
            rest = node.elts[:number] + node.elts[number + 1 :]
            if isinstance(node, ast.Set):
                yield ast.Set(rest) if rest else ast.Call(ast.Name("set", ast.Load()), [], [])
            else:
                yield type(node)(rest, ast.Load())


def _pairs(node: ast.Dict) -> Iterator[ast.AST]:
    for number in range(len(node.keys)):
        yield ast.Dict(node.keys[:number] + node.keys[number + 1 :], node.values[:number] + node.values[number + 1 :])


def _calls(node: ast.Call) -> Iterator[ast.AST]:
    if isinstance(node.func, ast.Name) and node.func.id in _COUNTERPARTS:
        yield ast.Call(ast.Name(_COUNTERPARTS[node.func.id], ast.Load()), node.args, node.keywords)
    if isinstance(node.func, ast.Attribute) and node.func.attr in _CLEANERS:
        yield node.func.value
    if not isinstance(node.func, ast.Attribute):
        return
    for keyword in node.keywords:
        if not isinstance(keyword.value, ast.Constant):
            yield ast.Call(node.func, node.args, [other for other in node.keywords if other is not keyword])
    for number, argument in enumerate(node.args):
        if node.func.attr in _TAKES_NAMES or _is_flag(argument):
            yield ast.Call(node.func, node.args[:number] + node.args[number + 1 :], node.keywords)


def _is_flag(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "re"


def _is_code(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "RefusalCode"


def _other_code(node: ast.AST) -> ast.AST:
    first, second = _SECOND_CODES
    attribute = node.attr if isinstance(node, ast.Attribute) else ""
    return ast.Attribute(ast.Name("RefusalCode", ast.Load()), second if attribute == first else first, ast.Load())
