"""Words that the code, the docs and the English catalogs do not use, and where they are found.

`python -m tests.support.vocabulary` prints every use.
"""

from __future__ import annotations

import ast
import io
import json
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

BANNED: Final = {
    r"houses?": "a metaphor: name the product, the deployment or the architecture",
    r"rooms?": "a metaphor: package, module, or space in a limit",
    r"furniture": "a metaphor: shared modules",
    r"deeds?": "a metaphor: operation, or audit event",
    r"courts?": "a metaphor: runner",
    r"living": "a metaphor: active, or not deleted",
    r"left ?overs?": "a metaphor: orphaned resource",
    r"witness(es)?": "a metaphor: cross-shard reference",
    r"lanes?": "a metaphor: hash-chain shard",
    r"doors?": "a metaphor: sign-in method, or emergency access",
    r"furnish(es|ed)?": "a metaphor: provide",
    r"monsters?": "a metaphor: oversized document",
    r"whoever\w*": "name the role: caller, user, admin, operator",
    r"somebod(y|ys)": "name the role: user, admin, attacker, another client",
    r"anybod(y|ys)": "name the role: any user, any client, an attacker",
    r"nobod(y|ys)": "say what is absent: no user, no session",
    r"everybod(y|ys)": "name the role: all users",
    r"can_t": "write cannot in identifiers",
}
"""Regular expressions of whole words to the reason, with the standard term."""
NOUN_PHRASES: Final = re.compile(r"(What(?!'s)|Whether|Whatever)\b")
"""How a docstring must not begin: it states what a thing is or does."""
ALLOWED: Final = {
    "chalicelib/audit_log/shards.py": {"witness"},
    "tests/audit_log/test_shards.py": {"lane", "witness"},
}
"""Files in which a word is right: attributes of stored events in the old format, and test data in identifiers."""
ITSELF: Final = {"tests/support/vocabulary.py", "tests/test_vocabulary.py"}
_FOLDERS: Final = ("chalicelib", "ops", "tools", "tests")
_PATTERN: Final = re.compile(rf"\b({'|'.join(BANNED)})\b", re.IGNORECASE)
_WORD_EDGES: Final = re.compile(r"_+|(?<=[a-z0-9])(?=[A-Z])")


class Use(NamedTuple):
    """A banned word in a file."""

    path: str
    line: int
    word: str
    text: str


def _words_in(text: str) -> Iterator[str]:
    yield from (match[1].lower() for match in _PATTERN.finditer(text))


def _words_of_name(name: str) -> Iterator[str]:
    if "can_t_" in name:
        yield "can_t"
    yield from _words_in(_WORD_EDGES.sub(" ", name))


def _docstrings(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yields docstrings of modules, classes and functions, and the strings that describe assignments."""
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=ast.Constant(value=str(text))):
                yield node.lineno, text


def uses_in_python(path: str, source: str) -> Iterator[Use]:
    """Yields banned words in identifiers, comments and docstrings."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.NAME:
            words = _words_of_name(token.string)
        elif token.type == tokenize.COMMENT:
            words = _words_in(token.string)
        else:
            continue
        yield from (Use(path, token.start[0], word, token.string) for word in words)
    for line, text in _docstrings(ast.parse(source)):
        first = text.strip().partition("\n")[0]
        yield from (Use(path, line, word, first) for word in _words_in(text))
        if start := NOUN_PHRASES.match(text):
            yield Use(path, line, start[0].lower(), first)


def uses_in_text(path: str, text: str) -> Iterator[Use]:
    """Yields banned words of a document, line by line."""
    for number, line in enumerate(text.splitlines(), 1):
        yield from (Use(path, number, word, line.strip()) for word in _words_in(line))


def uses_in_catalog(path: str, text: str) -> Iterator[Use]:
    """Yields banned words of a catalog's texts; keys are identifiers and not checked."""
    texts = list(_leaves(json.loads(text)))
    yield from (Use(path, 0, word, found) for found in texts for word in _words_in(found))


def _leaves(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for item in value.values():
                yield from _leaves(item)
        case list():
            for item in value:
                yield from _leaves(item)


def all_uses() -> Iterator[Use]:
    """Yields every use in the repository that no entry of `ALLOWED` covers."""
    for path, found in _checked_files():
        yield from (use for use in found if use.word not in ALLOWED.get(path, set()))


def _checked_files() -> Iterator[tuple[str, Iterator[Use]]]:
    python = [Path("app.py"), *(path for folder in _FOLDERS for path in sorted(Path(folder).rglob("*.py")))]
    for path in python:
        if path.as_posix() not in ITSELF:
            yield path.as_posix(), uses_in_python(path.as_posix(), path.read_text())
    documents = [Path("README.md"), Path("SECURITY.md"), Path("Makefile"), *sorted(Path(".github").rglob("*.yml"))]
    for path in [*documents, *sorted(Path("docs").rglob("*.md")), *sorted(Path("infrastructure").glob("*.yaml"))]:
        yield path.as_posix(), uses_in_text(path.as_posix(), path.read_text())
    for path in sorted(Path("chalicelib/i18n/locales/en").glob("*.json")):
        yield path.as_posix(), uses_in_catalog(path.as_posix(), path.read_text())


if __name__ == "__main__":
    for use in all_uses():
        print(f"{use.path}:{use.line}: {use.word}: {use.text}")
