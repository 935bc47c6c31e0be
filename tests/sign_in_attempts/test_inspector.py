"""A pasted response is verified like a posted one, and nothing is stored."""

from __future__ import annotations

import base64
import time
from dataclasses import replace
from urllib.parse import quote, urlencode

import pytest

from chalicelib.connections.model import Connection
from chalicelib.saml.check import CheckName
from chalicelib.saml.refusal import RefusalCode
from chalicelib.sign_in.acs import SignedInByAssertion
from chalicelib.sign_in_attempts.inspector import MAX_TEXT_LENGTH, Inspection
from tests.support.identity_provider import (
    AuthnStatement,
    Conditions,
    Confirmation,
    Description,
    Signing,
    document,
    instant,
    send,
)
from tests.support.round_trip import Idp

WRITES = ("Put", "Update", "Delete", "Transact", "Create", "BatchWrite")


def inspected(idp: Idp, text: str, connection: Connection | None = None) -> Inspection:
    return idp.deployment.container.inspector.inspect(connection or idp.connection, text, idp.deployment.now)


def made_at(idp: Idp, seconds: int) -> Description:
    """A good answer to a request of ours that was made so many seconds away from now."""
    good = idp.says(idp.start())
    assert good.conditions is not None
    moment, end = instant(seconds), instant(seconds + 300)
    return replace(
        good,
        issued_at=moment,
        assertion_issued_at=moment,
        conditions=replace(good.conditions, not_before=moment, not_on_or_after=end),
        confirmations=(replace(good.confirmations[0], not_on_or_after=end),),
        authn=AuthnStatement(instant=moment),
    )


def test_a_response_that_came_now_lacks_only_the_browser_that_asked(idp: Idp) -> None:
    seen = inspected(idp, send(idp.says(idp.start())))
    assert seen.code is RefusalCode.SAML_NO_REQUEST
    assert seen.is_only_out_of_place
    assert seen.email == "member@acme.test"
    assert seen.assertion is not None
    assert seen.assertion.attributes["email"] == ("member@acme.test",)
    failed = [check.name for check in seen.checks if not check.passed]
    assert failed == [CheckName.REQUEST]
    assert "member@acme.test" in (seen.document or "")


@pytest.mark.parametrize(
    ("seconds", "code"), [(-4_000, RefusalCode.SAML_EXPIRED), (4_000, RefusalCode.SAML_NOT_YET_VALID)]
)
def test_an_old_response_is_still_explained(idp: Idp, seconds: int, code: RefusalCode) -> None:
    seen = inspected(idp, send(made_at(idp, seconds)))
    assert seen.code is code
    assert (seen.is_only_out_of_place, seen.email) == (True, "member@acme.test")
    assert CheckName.TIMES in [check.name for check in seen.checks if not check.passed]


def test_a_response_from_the_end_of_time_breaks_nothing(idp: Idp) -> None:
    start = idp.start()
    good = idp.says(start)
    for moment in ("9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"):
        seen = inspected(idp, send(replace(good, issued_at=moment, assertion_issued_at=moment)))
        assert seen.code is not None
        assert seen.email is None


def test_an_unsolicited_response_holds(idp: Idp) -> None:
    seen = inspected(idp, send(idp.says(None)))
    assert (seen.code, seen.email) == (None, "member@acme.test")
    assert not seen.is_only_out_of_place


def test_what_is_wrong_is_named_as_at_a_sign_in(idp: Idp) -> None:
    wrong = replace(idp.says(idp.start()), conditions=Conditions(restrictions=(("https://other.test",),)))
    seen = inspected(idp, send(wrong))
    assert seen.code is RefusalCode.SAML_AUDIENCE_MISMATCH
    assert seen.assertion is None
    forged = replace(idp.says(None), sign_assertion=Signing(key="mallory"))
    assert inspected(idp, send(forged)).code is RefusalCode.SAML_CERTIFICATE_MISMATCH


def test_a_missing_address_counts_more_than_the_missing_browser(idp: Idp) -> None:
    nameless = idp.says(idp.start(), attributes=(), subject=None, confirmations=())
    assert inspected(idp, send(nameless)).code is not RefusalCode.SAML_NO_REQUEST
    start = idp.start()
    unaddressed = replace(idp.says(start, "no address at all"), attributes=())
    seen = inspected(idp, send(unaddressed))
    assert seen.code is RefusalCode.EMAIL_MISSING
    assert seen.checks[-1].name is CheckName.EMAIL
    assert not seen.checks[-1].passed


def test_it_does_not_matter_how_the_response_was_copied(idp: Idp) -> None:
    said = idp.says(None)
    form, xml = str(send(said)), document(said).decode()
    lines = "\r\n".join(form[at : at + 76] for at in range(0, len(form), 76))
    copies = {
        "base64": form,
        "with blanks around": f"  {form}\n\n",
        "in lines": lines,
        "xml": xml,
        "xml with a mark": f"\ufeff{xml}",
        "url-encoded": quote(form, safe=""),
        "a form's body": urlencode({"SAMLResponse": form, "RelayState": "x=y&z"}),
        "a body with its field behind another": urlencode({"RelayState": "x", "SAMLResponse": form}),
        "the form's HTML": f'<form><input type="hidden" name="SAMLResponse" value="{form}"/></form>',
        "the form's HTML, escaped": f"<input name='SAMLResponse' type='hidden' value='{form.replace('+', '&#43;')}'>",
        "decoded once too often": form.replace("+", " "),
    }
    for how, text in copies.items():
        assert inspected(idp, text).email == "member@acme.test", how


@pytest.mark.parametrize(
    "text",
    [
        "hello",
        "=" * 1000,
        "<a>" * 10_000,
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><x>&a;</x>',
        "SAMLResponse=" + "&" * 100_000,
        "SAMLResponse=",
        "%" * 50_000,
        "\0\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace"),
        "<" + "\ud800",
        'name="SAMLResponse"' + " " * 50_000,
        "name='SAMLResponse' x " * 20_000,
    ],
)
def test_hostile_text_is_refused_in_no_time(idp: Idp, text: str) -> None:
    began = time.process_time()
    seen = inspected(idp, text)
    assert seen.code in {RefusalCode.SAML_MALFORMED, RefusalCode.SAML_TOO_LARGE}
    assert time.process_time() - began < 1


def test_what_is_far_too_long_is_not_even_decoded(idp: Idp) -> None:
    seen = inspected(idp, "A" * (MAX_TEXT_LENGTH + 1))
    assert (seen.code, seen.document, seen.checks) == (RefusalCode.SAML_TOO_LARGE, None, ())


def test_the_readable_copy_stays_small_however_deep_the_document(idp: Idp) -> None:
    deep = "<a>" * 250 + "<b/>" * 2_000 + "</a>" * 250
    seen = inspected(idp, base64.b64encode(deep.encode()).decode())
    assert len(seen.document or "") < 2_000_000


def test_nothing_is_written_and_the_response_still_signs_its_own_browser_in(idp: Idp) -> None:
    idp.sign_in()
    start = idp.start()
    good = idp.says(start)
    for said in (good, idp.says(None)):
        before = len(idp.deployment.calls)
        inspected(idp, send(said))
        made = idp.deployment.calls[before:]
        assert not [call for call in made if call.startswith(WRITES)]
    assert isinstance(idp.post(good, start.relay_state), SignedInByAssertion)


def test_an_inspected_response_creates_no_session(idp: Idp) -> None:
    start = idp.start()
    seen = inspected(idp, send(idp.says(start)))
    assert not {"session", "cookie"} & set(Inspection.__slots__)
    assert seen.code is not None
    assert idp.reload_connection().last_sign_in_at is None
    assert not idp.reload_connection().proven


def test_a_connection_without_values_explains_too(idp: Idp) -> None:
    draft = replace(idp.connection, identity_provider_issuer=None, certificates=())
    seen = inspected(idp, send(idp.says(None)), draft)
    assert seen.code is RefusalCode.SAML_CERTIFICATE_MISMATCH
    assert seen.document is not None


def test_a_confirmation_for_another_recipient_fails_at_any_time(idp: Idp) -> None:
    wrong = replace(idp.says(idp.start()), confirmations=(Confirmation(recipient="https://other.test/acs"),))
    seen = inspected(idp, send(wrong))
    assert seen.code is RefusalCode.SAML_RECIPIENT_MISMATCH
    assert not seen.is_only_out_of_place
