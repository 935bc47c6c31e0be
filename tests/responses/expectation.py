"""The assertion that a description stands for, worked out without any SAML code."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from chalicelib.saml.assertion import Assertion, NameID, ProxyRestriction
from tests.support.identity_provider import Description, key, names

_OLDEST: Final = timedelta(hours=2)


def expected_assertion(description: Description, received: Assertion) -> Assertion:
    """The expected result; `checks` and `clock_difference` are taken from the actual one."""
    conditions = description.conditions
    ends = [confirmation.not_on_or_after for confirmation in description.confirmations]
    ends += [conditions.not_on_or_after] if conditions is not None else []
    statement = description.authn
    if statement is None or statement.instant is None or description.assertion_issued_at is None:
        raise ValueError("a good response has an AuthnStatement and an IssueInstant")
    session_end = statement.session_not_on_or_after
    return Assertion(
        id=description.assertion_id or "",
        response_id=description.response_id or "",
        issuer=description.assertion_issuer or "",
        in_response_to=_request(description),
        name_id=_name_id(description),
        attributes=_attributes(description),
        issued_at=moment(description.assertion_issued_at),
        authenticated_at=moment(statement.instant),
        expires_at=min(
            *(moment(end) for end in ends if end is not None), moment(description.assertion_issued_at) + _OLDEST
        ),
        session_index=statement.session_index,
        session_not_on_or_after=None if session_end is None else moment(session_end),
        signing_certificate=_fingerprint(description),
        clock_difference=received.clock_difference,
        checks=received.checks,
        proxy_restriction=_proxy_restriction(description),
    )


def moment(text: str) -> datetime:
    """The instant that a text of ours names; digits beyond microseconds are cut."""
    whole, dot, fraction = text.removesuffix("Z").partition(".")
    return datetime.fromisoformat(whole + dot + fraction[:6]).replace(tzinfo=UTC)


def _request(description: Description) -> str | None:
    answered = [confirmation.in_response_to for confirmation in description.confirmations]
    return next((request for request in [description.in_response_to, *answered] if request is not None), None)


def _name_id(description: Description) -> NameID | None:
    said = description.subject
    if said is None:
        return None
    # SAML Core section 2.2.2: an absent Format means unspecified.
    return NameID(said.value, said.format or names.UNSPECIFIED, said.name_qualifier, said.sp_name_qualifier)


def _attributes(description: Description) -> dict[str, tuple[str, ...]]:
    merged: dict[str, tuple[str, ...]] = {}
    for attribute in description.attributes:
        merged[attribute.name] = merged.get(attribute.name, ()) + attribute.values
    return merged


def _proxy_restriction(description: Description) -> ProxyRestriction | None:
    said = description.conditions
    return None if said is None or said.proxy_count is None else ProxyRestriction(int(said.proxy_count), ())


def _fingerprint(description: Description) -> str:
    signing = description.sign_assertion or description.sign_response
    return "" if signing is None else key(signing.key).certificate.facts.sha256
