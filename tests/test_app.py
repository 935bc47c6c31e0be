"""The application as it is deployed."""

from __future__ import annotations

from pathlib import Path

from chalice.deploy.validate import validate_route_content_types, validate_routes

from app import app
from chalicelib.connections.certificate_text import CERTIFICATE_REFUSALS
from chalicelib.http.method_not_allowed import METHODS
from chalicelib.http.openapi import openapi_document
from chalicelib.http.problem_types import FIELD_CODES, PROBLEM_TYPES
from chalicelib.idp_metadata.address import FETCH_FAILURES
from chalicelib.idp_metadata.import_error import IMPORT_REFUSALS

API_DOC = Path("docs/api.md")


def test_every_path_has_an_answer_for_every_method() -> None:
    for path, entries in app.routes.items():
        assert entries.keys() == set(METHODS), path
        if "GET" in {m for m, e in entries.items() if e.view_name != "wrong_method"}:
            assert entries["HEAD"].view_function.__name__ == entries["GET"].view_function.__name__


def test_chalice_would_deploy_every_route() -> None:
    validate_routes(app.routes)
    validate_route_content_types(app.routes, app.api.binary_types)


def test_uploaded_files_arrive_whole() -> None:
    assert "multipart/form-data" in app.api.binary_types


def test_the_description_has_exactly_the_routes_of_the_application() -> None:
    described = {
        (path, method.upper())
        for path, methods in openapi_document("https://x.test")["paths"].items()
        for method in methods
    }
    real = {
        (path, method)
        for path, entries in app.routes.items()
        for method, entry in entries.items()
        if (path.startswith("/v1/") or path == "/healthz") and method != "HEAD" and entry.view_name != "wrong_method"
    }
    assert described == real


def test_every_route_of_the_api_and_every_code_stands_in_its_document() -> None:
    text = API_DOC.read_text()
    for path, methods in openapi_document("https://x.test")["paths"].items():
        for method in methods:
            assert f"`{method.upper()} {path}`" in text, (method, path)
    for code in (*PROBLEM_TYPES, *FIELD_CODES, *CERTIFICATE_REFUSALS, *IMPORT_REFUSALS, *FETCH_FAILURES):
        assert f"`{code}`" in text, code


def test_the_application_is_short() -> None:
    assert len(Path("app.py").read_text().splitlines()) < 40
