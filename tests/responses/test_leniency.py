"""Accepted deviations from the standard, each unambiguous (docs/security.md)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.support.identity_provider import (
    ACS_URL,
    ENTITY_ID,
    GOOD,
    NOW,
    AuthnStatement,
    Changes,
    Conditions,
    Confirmation,
    Description,
    Layout,
    Signing,
    names,
    send,
    trust,
)
from tests.support.verification import verify_response


def _accepted(description: Description) -> str:
    assertion = verify_response(send(description), trust())
    assert assertion.name_id is not None
    return assertion.name_id.value


def test_a_byte_order_mark_before_the_document() -> None:
    marked = replace(GOOD, changes=Changes(octets=lambda octets: b"\xef\xbb\xbf" + octets))
    assert _accepted(marked) == "member@acme.test"


@pytest.mark.parametrize("text", ["2026-03-02T11:30:00+00:00", "2026-03-02T12:30:00+01:00"])
def test_an_instant_with_an_offset(text: str) -> None:
    assertion = verify_response(send(replace(GOOD, authn=AuthnStatement(instant=text))), trust())
    assert assertion.authenticated_at == NOW - timedelta(minutes=30)


@pytest.mark.parametrize("blank", [" ", "\t", "\r\n", "\n      "])
def test_white_space_of_xml_in_the_form_value(blank: str) -> None:
    spaced = Changes(form=lambda text: blank + blank.join(text[at : at + 61] for at in range(0, len(text), 61)) + blank)
    assert _accepted(replace(GOOD, changes=spaced)) == "member@acme.test"


@pytest.mark.parametrize("blank", [" ", "\n    ", "\t"])
def test_white_space_around_addresses_and_the_audience(blank: str) -> None:
    spaced = replace(
        GOOD,
        destination=blank + ACS_URL + blank,
        confirmations=(Confirmation(recipient=blank + ACS_URL + blank),),
        conditions=Conditions(restrictions=((blank + ENTITY_ID + blank,),)),
    )
    assert _accepted(spaced) == "member@acme.test"


@pytest.mark.parametrize("method", [names.C14N, f"{names.C14N}#WithComments"])
def test_inclusive_canonicalization_of_signed_info_in_default_namespaces(method: str) -> None:
    """signxml canonicalizes such a SignedInfo in place, where libxml2 undeclares its namespace; xmlsec1 does not."""
    signing = Signing(canonicalization=method, prefix=None)
    layout = Layout(protocol=None, assertion=None)
    assert _accepted(replace(GOOD, sign_assertion=signing, sign_response=signing, layout=layout)) == "member@acme.test"


def test_markup_that_changes_no_text() -> None:
    spelled = replace(GOOD, changes=Changes(octets=lambda octets: octets.replace(b"member@", b"member&#64;")))
    assert _accepted(spelled) == "member@acme.test"
    section = replace(GOOD, changes=Changes(octets=lambda octets: octets.replace(b"member@", b"<![CDATA[member]]>@")))
    assert _accepted(section) == "member@acme.test"
