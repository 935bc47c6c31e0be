"""The page that says what attributes mean."""

from __future__ import annotations

import pytest

from chalicelib.connections.model import AttributeMapping
from chalicelib.organizations.model import Organization
from tests.support.browser import Browser
from tests.support.configuration import page_text, reload_connection
from tests.support.deployment import Deployment

GIVEN = {"email": "mail\n\n Work address \n", "first_name": "", "last_name": "sn", "groups": "memberOf"}


def test_names_are_saved_one_a_line_and_the_usual_ones_come_back(
    admin: Browser, deployment: Deployment, acme: Organization, path: str
) -> None:
    admin.get(f"{path}/mapping")
    assert admin.post(f"{path}/mapping", do="save", **GIVEN).status == 303
    expected = AttributeMapping(("mail", "Work address"), (), ("sn",), ("memberOf",))
    assert reload_connection(deployment, acme, path).attribute_mapping == expected
    assert "Work address</textarea>" in admin.get(f"{path}/mapping").text
    assert admin.post(f"{path}/mapping", do="reset", **GIVEN).status == 303
    assert reload_connection(deployment, acme, path).attribute_mapping == AttributeMapping()


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("email", " \n", "Enter at least one attribute"),
        ("groups", "\n".join(map(str, range(21))), "Use at most 20 names."),
        ("last_name", "x" * 257, "at most 256 characters"),
    ],
)
def test_what_can_not_be_saved_is_reported_at_its_field_and_kept(
    admin: Browser, deployment: Deployment, acme: Organization, path: str, field: str, text: str, said: str
) -> None:
    admin.get(f"{path}/mapping")
    assert admin.post(f"{path}/mapping", do="save", **(GIVEN | {field: text})).status == 422
    assert said in page_text(admin)
    assert f'href="#{field}"' in page_text(admin)
    assert "Work address" in page_text(admin) or field == "email"
    assert reload_connection(deployment, acme, path).attribute_mapping == AttributeMapping()


def test_the_second_of_two_concurrent_admins_is_refused_and_keeps_the_input(
    admin: Browser, deployment: Deployment, acme: Organization, path: str
) -> None:
    admin.get(f"{path}/mapping")
    seen = admin.last
    admin.post(f"{path}/mapping", do="save", **GIVEN)
    admin.last = seen
    assert admin.post(f"{path}/mapping", do="save", **(GIVEN | {"groups": "teams"})).status == 412
    assert "Not saved. admin@acme.test made changes at" in page_text(admin)
    assert "teams</textarea>" in page_text(admin)
    assert reload_connection(deployment, acme, path).attribute_mapping.groups == ("memberOf",)
    assert admin.post(f"{path}/mapping", do="save", **(GIVEN | {"groups": "teams"})).status == 303


def test_the_page_asks_for_its_token_and_a_version(
    admin: Browser, deployment: Deployment, acme: Organization, path: str
) -> None:
    for fields, status in (({"form_token": "x" * 64}, 403), ({"version": "x"}, 422)):
        admin.get(f"{path}/mapping")
        assert admin.post(f"{path}/mapping", do="save", **(GIVEN | fields)).status == status
    assert reload_connection(deployment, acme, path).attribute_mapping == AttributeMapping()


def test_hostile_names_stay_text(admin: Browser, path: str) -> None:
    admin.get(f"{path}/mapping")
    admin.post(f"{path}/mapping", do="save", **(GIVEN | {"groups": "</textarea><script>alert(1)</script>"}))
    assert "<script>alert" not in admin.get(f"{path}/mapping").text
