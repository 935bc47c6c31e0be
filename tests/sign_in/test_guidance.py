from __future__ import annotations

import pytest

from chalicelib.connections.provider_console import ConsolePlace
from chalicelib.saml.refusal import RefusalCode, ResponsibleParty
from chalicelib.sign_in.guidance import ADVICE, VARIANTS


def test_every_code_has_its_advice() -> None:
    assert ADVICE.keys() == set(RefusalCode)


@pytest.mark.parametrize("code", list(RefusalCode))
def test_what_a_user_can_mend_alone_is_worth_another_try(code: RefusalCode) -> None:
    assert ADVICE[code].retry_helps or ADVICE[code].fixer is not ResponsibleParty.USER


def test_another_account_is_offered_where_the_wrong_person_may_have_come() -> None:
    assert {code.value for code, advice in ADVICE.items() if advice.wrong_person} == {
        "email_domain_not_allowed",
        "user_not_provisioned",
        "user_disabled",
        "subject_mismatch",
        "saml_status_not_success",
    }


def test_a_place_in_the_console_is_named_only_to_those_who_can_open_it() -> None:
    """A clock is the exception: the advice to the user is to ask their IT about it."""
    advised = [*ADVICE.values(), *VARIANTS.values()]
    to_users = {advice.place for advice in advised if advice.fixer is ResponsibleParty.USER}
    assert to_users <= {None, ConsolePlace.CLOCK}
    assert ADVICE[RefusalCode.SUBJECT_MISMATCH].place is None
    assert VARIANTS[RefusalCode.SAML_DESTINATION_MISMATCH, "missing"].fixer is ResponsibleParty.IDP_ADMIN
