"""An EncryptedID that another tenant moves into an assertion of its own: no refusal shows what is inside."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.connections.model import AttributeMapping
from chalicelib.errors import SignInRefused
from chalicelib.saml.refusal import RefusalCode
from chalicelib.sign_in.refusal_texts import localize_refusal
from chalicelib.sign_in.subject_store import Subject as StoredSubject
from chalicelib.sign_in.subject_store import SubjectEntry, bind_subject
from chalicelib.sign_in.user_attributes import NAME_ID, email_of, groups_of, is_address_private, name_of
from tests.support.identity_provider import ENTITY_ID, GOOD, Confirmation, Description, Encryption, Subject, send, trust
from tests.support.verification import refusal, verify_response

SECRET = "secret.person@victim.test"
SEALED = replace(GOOD, name_id_encryption=Encryption(), subject=Subject(value=SECRET), attributes=())
BOUND = replace(SEALED, subject=Subject(value=SECRET, sp_name_qualifier=ENTITY_ID))


@pytest.mark.parametrize(("description", "is_shown"), [(SEALED, False), (BOUND, True)], ids=["unbound", "bound"])
def test_a_refused_assertion_names_a_decrypted_person_only_if_bound(description: Description, is_shown: bool) -> None:
    wrong = replace(description, confirmations=(Confirmation(recipient="https://x.test"),))
    refused = refusal(send(wrong), trust())
    assert refused is not None
    assert refused.signed is not None
    assert (refused.signed.name_id is not None) == is_shown
    assert SECRET not in repr(refused.checks)


def test_an_address_from_an_unbound_identifier_is_private() -> None:
    connection = trust().connection
    for description, is_private in ((BOUND, False), (SEALED, True)):
        assertion = verify_response(send(description), trust())
        assert email_of(assertion, connection) == SECRET
        assert is_address_private(assertion, connection) is is_private


def test_an_unbound_identifier_that_is_no_address_is_not_shown() -> None:
    sealed = replace(SEALED, subject=Subject(value="secret person@victim.test"))
    with pytest.raises(SignInRefused) as refused:
        email_of(verify_response(send(sealed), trust()), trust().connection)
    assert refused.value.reason is RefusalCode.EMAIL_MISSING
    assert "victim" not in repr(refused.value.checks)
    words = localize_refusal(refused.value.reason, None, refused.value.checks)
    assert "encrypted" in words.explanation
    assert "SPNameQualifier" in words.what_to_do


@pytest.mark.parametrize(("description", "is_shown"), [(SEALED, False), (BOUND, True)], ids=["unbound", "bound"])
def test_a_decrypted_identifier_becomes_a_name_or_group_only_if_bound(description: Description, is_shown: bool) -> None:
    assertion = verify_response(send(description), trust())
    mapping = AttributeMapping(first_name=(NAME_ID,), groups=(NAME_ID,))
    connection = replace(trust().connection, attribute_mapping=mapping)
    assert (name_of(assertion, connection) == SECRET) == is_shown
    assert (SECRET in groups_of(assertion, connection)) == is_shown


@pytest.mark.parametrize(("description", "is_shown"), [(SEALED, False), (BOUND, True)], ids=["unbound", "bound"])
def test_a_mismatch_of_the_subject_shows_a_decrypted_identifier_only_if_bound(
    description: Description, is_shown: bool
) -> None:
    name_id = verify_response(send(description), trust()).name_id
    assert name_id is not None
    writes = bind_subject(StoredSubject("conn_1", "https://idp.test", name_id), SubjectEntry("org_1", "usr_1"))
    refusals = [write.refused for write in writes]
    assert all(isinstance(refused, SignInRefused) for refused in refusals)
    assert (SECRET in repr([refused.checks for refused in refusals if isinstance(refused, SignInRefused)])) == is_shown
