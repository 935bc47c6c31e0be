"""Removes the parts of installed packages that the product does not use."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Collection, Iterable, Mapping
from email.parser import HeaderParser
from pathlib import Path, PurePosixPath
from typing import Final

from packaging.requirements import Requirement

from ops.package.lock_file import canonical
from ops.package.service_model import SERVICES, copy_models

_FRAMEWORK: Final = "chalice"
"""Chalice gives Lambda its router only (`chalice/app.py`); its other requirements are its command's."""

_IN_PLACE_OF: Final = {"boto3": "botocore"}
"""Operators and tests use boto3; the functions make their clients with botocore."""

_ENDINGS: Final = {".pyi", ".pyx", ".pxd", ".pxi", ".h", ".c", ".rst", ".typed", ".exe", ".pyc"}
_FOLDERS: Final = {"tests", "test", "examples"}
_UNUSED: Final = (
    *("cffi", "pycparser"),  # compile native modules; these load with `_cffi_backend` alone
    "dateutil/zoneinfo/dateutil-zoneinfo.tar.gz",  # a second copy of the system's; our times are UTC
    *("lxml/builder", "lxml/html", "lxml/isoschematron", "lxml/objectify", "lxml/sax"),  # etree is what reads SAML
    "pydantic/v1",  # the interface of pydantic 1
)
"""Beginnings of paths in packages that are needed otherwise; `import_check.py` proves that we import none of them."""

_BOTOCORE_DATA: Final = {"_retry.json", "endpoints.json", "partitions.json", "sdk-default-configuration.json"}


def required_packages(installed: Path, roots: Collection[str], environment: Mapping[str, str]) -> frozenset[str]:
    """The canonical names of these packages and of everything that they require.

    Args:
        environment: of Lambda, for the markers of requirements.
    """
    requires = {canonical(info.name.partition("-")[0]): _requirements(info) for info in installed.glob("*.dist-info")}
    wanted, found = [_IN_PLACE_OF.get(name, name) for name in roots if name != _FRAMEWORK], set[str]()
    while wanted:
        name = wanted.pop()
        if name in found:
            continue
        found.add(name)
        applying = (one for one in requires[name] if one.marker is None or one.marker.evaluate(dict(environment)))
        wanted.extend(canonical(one.name) for one in applying)
    return frozenset(found)


def copy_slim(installed: Path, names: Collection[str], methods: Collection[str], target: Path) -> None:
    """Copy what can be used of these packages.

    Args:
        methods: of AWS's clients, that the product's code names.
    """
    for info in sorted(installed.glob("*.dist-info")):
        if canonical(info.name.partition("-")[0]) not in names:
            continue
        for path in _files(installed, info):
            if _is_used(PurePosixPath(path)):
                (target / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(installed / path, target / path)
    copy_models(installed / "botocore/data", target / "botocore/data", methods)
    endpoints = target / "botocore/data/endpoints.json"
    endpoints.write_text(_our_endpoints(endpoints.read_text()))


def _requirements(info: Path) -> list[Requirement]:
    headers = HeaderParser().parsestr((info / "METADATA").read_text())
    return [Requirement(text) for text in headers.get_all("Requires-Dist", [])]


def _files(installed: Path, info: Path) -> Iterable[str]:
    with (info / "RECORD").open(newline="") as record:
        for path, *_ in csv.reader(record):
            if not path.startswith("..") and (installed / path).is_file():
                yield path


def _is_used(path: PurePosixPath) -> bool:
    if path.parts[0].endswith(".dist-info"):
        return path.name == "METADATA"  # scanners for known weaknesses read it, Amazon Inspector's too
    if path.suffix in _ENDINGS or _FOLDERS & set(path.parts[:-1]) or path.parts[0].endswith(".data"):
        return False
    if path.parts[:2] == ("botocore", "data"):
        return path.parts[2] in _BOTOCORE_DATA  # of services, `copy_models` takes a part
    return not any(str(path).startswith((f"{unused}/", f"{unused}.")) or str(path) == unused for unused in _UNUSED)


def _our_endpoints(text: str) -> str:
    """The list of endpoints without other services: each client reads all of it."""
    document = json.loads(text)
    for partition in document["partitions"]:
        partition["services"] = {name: ours for name, ours in partition["services"].items() if name in SERVICES}
    return json.dumps(document, separators=(",", ":"))
