from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from lxml import etree

from chalicelib.saml import verified as module
from chalicelib.saml.context import Expectations
from chalicelib.saml.decode import parse_xml
from chalicelib.saml.refusal import RefusalCode
from chalicelib.saml.structure import envelope_of
from chalicelib.saml.validation_error import ValidationError
from chalicelib.saml.verified import VerifiedResponse, verify_and_decrypt
from chalicelib.saml.verify_signature import VerifiedSignature, verify_signature
from tests.support.identity_provider import GOOD, Description, Encryption, Signing, Trust, document, key, trust
from tests.support.message_text import told
from tests.support.xml_edit import assertion_of, cut

BOTH = replace(GOOD, sign_response=Signing())
OUTER = replace(GOOD, sign_assertion=None, sign_response=Signing())
NEITHER = replace(GOOD, sign_assertion=None)
MEMBER, ADMIN = b"member@acme.test", b"admin@acme.test"


def prove(description: Description, under: Trust | None = None) -> VerifiedResponse:
    under = under or trust()
    expected = Expectations(under.connection, under.provider, under.pending, under.now)
    return verify_and_decrypt(
        envelope_of(parse_xml(document(description))), expected, under.certificates, under.decryption_keys
    )


def code_of(rule: Callable[[], object]) -> RefusalCode:
    with pytest.raises(ValidationError) as refused:
        rule()
    return refused.value.reason


@pytest.mark.parametrize(
    "description", [GOOD, OUTER, replace(GOOD, encryption=Encryption())], ids=["assertion", "response", "encrypted"]
)
def test_what_is_read_is_what_was_proven_not_what_was_posted(
    monkeypatch: pytest.MonkeyPatch, description: Description
) -> None:
    def proof_of_others(*arguments: object) -> VerifiedSignature:
        found = verify_signature(*arguments)  # type: ignore[arg-type]
        return replace(found, octets=found.octets.replace(MEMBER, ADMIN))

    monkeypatch.setattr(module, "verify_signature", proof_of_others)
    name_id = prove(description).assertion.name_id
    assert name_id is not None
    assert name_id.value == ADMIN.decode()


def test_an_assertion_signed_by_itself_is_read_from_its_own_octets(monkeypatch: pytest.MonkeyPatch) -> None:
    def proof_of_others(*arguments: object) -> VerifiedSignature:
        found = verify_signature(*arguments)  # type: ignore[arg-type]
        inner = found.signature.owner_name == "Assertion"
        return replace(found, octets=found.octets.replace(MEMBER, ADMIN)) if inner else found

    monkeypatch.setattr(module, "verify_signature", proof_of_others)
    name_id = prove(BOTH).assertion.name_id
    assert name_id is not None
    assert name_id.value == ADMIN.decode()


@pytest.mark.parametrize(("description", "signed"), [(GOOD, False), (OUTER, True), (BOTH, True)])
def test_a_response_counts_as_signed_only_by_its_own_signature(description: Description, signed: bool) -> None:
    assert prove(description).response.signed is signed


def test_what_was_signed_is_described_with_algorithm_and_certificate() -> None:
    sha256 = key("acme").certificate.facts.sha256
    assert told(prove(BOTH).description) == f"Response RSA-SHA256 by {sha256}, Assertion RSA-SHA256 by {sha256}"
    assert told(prove(GOOD).description) == f"Assertion RSA-SHA256 by {sha256}"


@pytest.mark.parametrize(
    ("description", "settings", "accepted"),
    [
        (GOOD, {"require_signed_response": True}, False),
        (OUTER, {"require_signed_response": True}, True),
        (OUTER, {"require_signed_assertion": True}, False),
        (GOOD, {"require_signed_assertion": True}, True),
        (NEITHER, {}, False),
        (NEITHER, {"require_signed_assertion": True}, False),
        (replace(GOOD, encryption=Encryption()), {"require_signed_assertion": True}, True),
        (replace(GOOD, encryption=Encryption()), {"require_signed_response": True}, False),
        (replace(OUTER, encryption=Encryption()), {"require_signed_response": True}, True),
        (replace(OUTER, encryption=Encryption()), {"require_signed_assertion": True}, False),
        (replace(BOTH, encryption=Encryption()), {"require_signed_response": True}, True),
    ],
)
def test_what_a_connection_wants_signed_has_to_be(
    description: Description, settings: dict[str, object], accepted: bool
) -> None:
    under = trust(**settings)  # type: ignore[arg-type]
    if accepted:
        assert prove(description, under).assertion.id == "_assertion-1"
    else:
        assert code_of(lambda: prove(description, under)) is RefusalCode.SAML_UNSIGNED


def test_an_unsigned_assertion_is_refused_before_anything_is_verified(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> VerifiedSignature:
        raise AssertionError

    monkeypatch.setattr(module, "verify_signature", never)
    assert code_of(lambda: prove(OUTER, trust(require_signed_assertion=True))) is RefusalCode.SAML_UNSIGNED


def test_an_unsigned_encrypted_assertion_fails_like_one_that_does_not_decrypt() -> None:
    assert code_of(lambda: prove(replace(NEITHER, encryption=Encryption()))) is RefusalCode.SAML_DECRYPTION_FAILED


def test_an_assertion_that_is_not_in_the_signed_octets_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    def proof_of_less(*arguments: object) -> VerifiedSignature:
        found = verify_signature(*arguments)  # type: ignore[arg-type]
        root = parse_xml(found.octets)
        cut(assertion_of(root))
        return replace(found, octets=etree.tostring(root))

    monkeypatch.setattr(module, "verify_signature", proof_of_less)
    assert code_of(lambda: prove(OUTER)) is RefusalCode.SAML_UNSIGNED


@pytest.mark.parametrize("sha1", [True, False])
def test_sha1_inside_a_ciphertext_needs_the_exception_too(sha1: bool) -> None:
    signing = Signing(algorithm="http://www.w3.org/2000/09/xmldsig#rsa-sha1")
    description = replace(GOOD, sign_assertion=signing, encryption=Encryption())
    under = trust(sha1_exception_until=trust().now.date()) if sha1 else trust()
    if sha1:
        assert prove(description, under).assertion.id == "_assertion-1"
    else:
        assert code_of(lambda: prove(description, under)) is RefusalCode.SAML_DECRYPTION_FAILED
