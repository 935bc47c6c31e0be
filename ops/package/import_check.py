"""Runs inside an unpacked package, with nothing but the standard library beside it: `import_check.py FOLDER`.

Imports every module of the product, every module that a line of it names (most imports wait for a request), and makes
the clients of AWS in each of its partitions.
"""

from __future__ import annotations

import ast
import importlib
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

REGIONS = ("eu-west-1", "us-gov-west-1", "cn-north-1")
SERVICES = ("dynamodb", "secretsmanager")


def main(folder: Path) -> None:
    """Import, compare, make clients; an exception says what is wrong."""
    sys.path.insert(0, str(folder))
    files = [folder / "app.py", *sorted((folder / "chalicelib").rglob("*.py"))]
    for file in files:
        parts = file.relative_to(folder).with_suffix("").parts
        importlib.import_module(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    for name in sorted({name for file in files for name in _imported_modules(ast.parse(file.read_text()))}):
        importlib.import_module(name)
    _require_one_libxml2()
    _make_clients()
    _require_no_others(folder)


def _imported_modules(tree: ast.AST) -> Iterator[str]:
    """Modules that are imported somewhere, but for annotations."""
    typing_only = {
        inside
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for inside in ast.walk(node)
    }
    for node in ast.walk(tree):
        if node in typing_only:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def _require_one_libxml2() -> None:
    etree, xmlsec = importlib.import_module("lxml.etree"), importlib.import_module("xmlsec")
    if xmlsec.get_libxml_version() != etree.LIBXML_VERSION:
        raise ImportError(f"lxml has libxml2 {etree.LIBXML_VERSION}, xmlsec {xmlsec.get_libxml_version()}")


def _make_clients() -> None:
    session = importlib.import_module("botocore.session").get_session()
    session.set_credentials("-", "-")
    for region in REGIONS:
        for service in SERVICES:
            address = session.create_client(service, region_name=region).meta.endpoint_url
            if region not in address:
                raise ImportError(f"the address of {service} in {region} can't be {address}")


def _require_no_others(folder: Path) -> None:
    places = (str(folder), sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib"), __file__)
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if file and not file.startswith(places):
            raise ImportError(f"{name} came from {file}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
