"""Checks before every handler, over all routes: a forgotten decorator is found here."""

from __future__ import annotations

import re
from typing import Final

import pytest

from app import app
from chalicelib.http.routing import Operation
from chalicelib.organizations.model import Organization
from chalicelib.users.model import Role
from tests.support.api import Caller
from tests.support.browser import Browser, sign_in
from tests.support.deployment import Deployment
from tests.support.operations import OPERATIONS, path_of

LOGIN: Final = "https://sso.example.test/api/login"
_PLACEHOLDER: Final = re.compile(r"\{\w+\}")


def _handled(method: str, path_begins: str) -> list[str]:
    return [
        path
        for path, entries in app.routes.items()
        if path.startswith(path_begins) and entries[method].view_name != "wrong_method"
    ]


VIEWS: Final = _handled("GET", "/admin/")
FORMS: Final = _handled("POST", "/admin/")
_REDIRECTS: Final = {"/admin/login-policy"}
"""GET shows nothing: it leads to a page for admins."""


def _filled(path: str) -> str:
    return _PLACEHOLDER.sub("x", path)


def test_there_are_pages_for_admins() -> None:
    assert min(len(VIEWS), len(FORMS)) > 5


@pytest.mark.parametrize("path", sorted({*VIEWS, *FORMS} - _REDIRECTS))
def test_a_page_for_admins_requires_a_session(browser: Browser, path: str) -> None:
    if path in VIEWS:
        assert browser.get(_filled(path)).location.startswith(LOGIN)
    if path in FORMS:
        assert browser.post(_filled(path), do="save").location.startswith(LOGIN)


@pytest.mark.parametrize("path", sorted({*VIEWS, *FORMS} - _REDIRECTS))
def test_a_member_reaches_no_page_for_admins(browser: Browser, deployment: Deployment, path: str) -> None:
    acme = deployment.organization(active_admins=1)
    deployment.user(acme, "admin@acme.test", Role.ADMIN)
    deployment.user(acme, "member@acme.test")
    sign_in(browser, "member@acme.test")
    answers = [browser.get(_filled(path))] if path in VIEWS else []
    answers += [browser.post(_filled(path), do="save")] if path in FORMS else []
    assert [answer.status for answer in answers] == [403] * len(answers)
    assert all("admin@acme.test" in answer.text for answer in answers)


@pytest.mark.parametrize("path", FORMS)
def test_a_form_of_an_admin_without_its_token_changes_nothing(
    admin: Browser, deployment: Deployment, acme: Organization, path: str
) -> None:
    connection = deployment.connection(acme)
    target = _filled(path.replace("{connection_id}", connection.id))
    for do in ("save", "disable", "revoke", "map", "remove"):
        before = len(deployment.calls)
        refused = admin.post(target, do=do, token="0" * 64)
        assert refused.status == 403, do
        assert not {"TransactWriteItems", "PutItem", "UpdateItem", "DeleteItem"} & set(deployment.calls[before:])


@pytest.mark.parametrize("operation", [o for o in OPERATIONS if o.path.startswith("/v1")], ids=lambda o: o.id)
def test_an_operation_without_credentials_is_refused_before_it_reads_anything(
    deployment: Deployment, acme: Organization, operation: Operation
) -> None:
    before = len(deployment.calls)
    refused = Caller()(operation.method, path_of(operation, acme), b"{}")
    assert (refused.status, refused.code) == (401, "not_signed_in")
    assert deployment.calls[before:] == []
