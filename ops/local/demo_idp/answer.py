"""Everything a response says, as plain values, and the ways in which it can be wrong."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from ops.local.demo_idp.authn_request import Question

_FORMATS: Final = "urn:oasis:names:tc:SAML:2.0:nameid-format:"
EMAIL_FORMAT: Final = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
PERSISTENT_FORMAT: Final = f"{_FORMATS}persistent"

_WINDOW: Final = timedelta(minutes=5)


class Signs(StrEnum):
    """Which element carries the signature."""

    ASSERTION = "assertion"
    RESPONSE = "response"
    BOTH = "both"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Answer:
    """One response.

    Attributes:
        name_id: identifies the person in `name_id_format`.
        issued_at: also when the person signed in; the assertion counts five minutes before and after.
        by_another_key: signed with an untrusted key.
        altered_email: put in after signing.
        refused: reports a failed sign-in, without user data.
    """

    issuer: str
    destination: str
    recipient: str
    audience: str
    in_response_to: str | None
    email: str
    name_id: str
    name_id_format: str
    issued_at: datetime
    signs: Signs = Signs.ASSERTION
    by_another_key: bool = False
    altered_email: str | None = None
    refused: bool = False

    @property
    def not_before(self) -> datetime:
        """From when it counts."""
        return self.issued_at - _WINDOW

    @property
    def not_on_or_after(self) -> datetime:
        """Until when it counts."""
        return self.issued_at + _WINDOW

    @property
    def names(self) -> tuple[str, str]:
        """First and last name, made of the address."""
        words = self.email.partition("@")[0].replace("_", ".").replace("-", ".").split(".")
        return words[0].capitalize(), " ".join(word.capitalize() for word in words[1:]) or "Demo"


@dataclass(frozen=True, slots=True)
class Scenario:
    """A way to answer. `name` is what the form sends."""

    name: str
    label: str
    change: Callable[[Answer], Answer]


SCENARIOS: Final = {
    scenario.name: scenario
    for scenario in (
        Scenario("correct", "A correct answer", lambda answer: answer),
        Scenario("idp_initiated", "Nobody asked (IdP-initiated)", lambda a: replace(a, in_response_to=None)),
        Scenario("cancelled", "The person cancelled", lambda a: replace(a, refused=True)),
        Scenario("unsigned", "Not signed", lambda a: replace(a, signs=Signs.NOTHING)),
        Scenario("other_signer", "Signed with another key", lambda a: replace(a, by_another_key=True)),
        Scenario("altered", "Altered after signing", lambda a: replace(a, altered_email=_other_user(a.email))),
        Scenario("expired", "Expired an hour ago", lambda a: replace(a, issued_at=a.issued_at - timedelta(hours=1))),
        Scenario("not_yet_valid", "Valid in an hour", lambda a: replace(a, issued_at=a.issued_at + timedelta(hours=1))),
        Scenario("wrong_audience", "For another service", lambda a: replace(a, audience=a.audience + "-of-another")),
        Scenario("wrong_recipient", "For another address", lambda a: replace(a, recipient=a.recipient + "-of-another")),
        Scenario("wrong_issuer", "From another issuer", lambda a: replace(a, issuer=a.issuer + "-of-another")),
        Scenario("wrong_request", "To another request", lambda a: replace(a, in_response_to="_another")),
    )
}


def answer_to(question: Question, *, issuer: str, email: str, now: datetime) -> Answer:
    """The correct answer: `email` signed in just now."""
    persistent = question.name_id_format == PERSISTENT_FORMAT
    return Answer(
        issuer=issuer,
        destination=question.acs_url,
        recipient=question.acs_url,
        audience=question.sp_entity_id,
        in_response_to=question.request_id,
        email=email,
        name_id=_opaque(email, question.sp_entity_id) if persistent else email,
        name_id_format=PERSISTENT_FORMAT if persistent else EMAIL_FORMAT,
        issued_at=now,
    )


def _opaque(email: str, sp_entity_id: str) -> str:
    """The same for a person and a service provider for ever, and of no use to another one (Core section 8.3.7)."""
    return hashlib.sha256(f"{email}\n{sp_entity_id}".encode()).hexdigest()


def _other_user(email: str) -> str:
    return "mallory@" + email.partition("@")[2]
