"""The package's AWS service models: the operations that the product calls and the shapes that they need."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from botocore import xform_name

from ops.package.service_model import SERVICES, callable_part, methods_named
from tests.support.built_package import BuiltPackage

_TEXT = {"documentation": "A text."}
_MODEL = {
    "metadata": {"apiVersion": "2020-01-01"},
    "operations": {
        "GetThing": {"name": "GetThing", "input": {"shape": "Ask"}, "output": {"shape": "Thing"}, **_TEXT},
        "DropThing": {"name": "DropThing", "input": {"shape": "Drop"}, "errors": [{"shape": "Gone"}]},
    },
    "shapes": {
        "Ask": {"type": "structure", "members": {"Name": {"shape": "Name", **_TEXT}}},
        "Drop": {"type": "structure", "members": {"Reason": {"shape": "Reason"}}},
        "Gone": {"type": "structure", "members": {"Why": {"shape": "Text"}}, "exception": True},
        "Name": {"type": "string"},
        "Parts": {"type": "list", "member": {"shape": "Thing"}},
        "Reason": {"type": "string"},
        "Text": {"type": "string"},
        "Thing": {"type": "structure", "members": {"Parts": {"shape": "Parts"}, "documentation": {"shape": "Text"}}},
    },
    **_TEXT,
}


def test_an_operation_stays_with_all_the_shapes_that_it_needs_and_the_others_go() -> None:
    part = callable_part(_MODEL, {"get_thing"})
    assert set(part["operations"]) == {"GetThing"}
    assert set(part["shapes"]) == {"Ask", "Name", "Thing", "Parts", "Gone", "Text"}


def test_every_error_stays_because_code_names_them_apart_from_operations() -> None:
    assert "Gone" in callable_part(_MODEL, set())["shapes"]


def test_texts_go_but_a_member_of_that_name_stays() -> None:
    part = callable_part(_MODEL, {"get_thing"})
    assert "A text." not in json.dumps(part)
    assert "documentation" in part["shapes"]["Thing"]["members"]


def test_a_method_counts_as_named_where_a_line_takes_it_from_something(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner/one.py").write_text('call = {"Put": client.put_item}\nclient.get_secret_value(SecretId="x")\n')
    (tmp_path / "two.py").write_text("query = 1  # not .delete_item\n")
    assert methods_named(tmp_path) == {"put_item", "get_secret_value"}


@pytest.mark.parametrize("service", SERVICES)
def test_the_package_has_the_operations_that_the_product_names_and_no_others(
    built_package: BuiltPackage, service: str
) -> None:
    (model,) = (built_package.folder / "botocore/data" / service).glob("*/service-2.json")
    operations = {xform_name(name) for name in json.loads(model.read_text())["operations"]}
    named = methods_named(built_package.project / "chalicelib")
    assert operations
    assert operations == named & operations
    assert named - operations <= methods_of(built_package, service)


def methods_of(package: BuiltPackage, but: str) -> set[str]:
    """The methods of the other services' clients in this package."""
    models = (package.folder / "botocore/data").glob("*/*/service-2.json")
    others = [json.loads(model.read_text()) for model in models if but not in model.parts]
    return {xform_name(name) for model in others for name in model["operations"]}
