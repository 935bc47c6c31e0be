"""Formats a refused attempt as a report for the identity provider's admin, without personal data."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC
from typing import Final

from chalicelib.connections.model import Connection
from chalicelib.i18n.message import Message, map_texts
from chalicelib.saml.check import Check, CheckName, Told
from chalicelib.saml.service_provider import ServiceProvider
from chalicelib.sign_in_attempts.model import Attempt

_PERSONAL: Final = frozenset({CheckName.SUBJECT, CheckName.EMAIL, CheckName.USER})
_WORD: Final = r"[^\s@<>,;:\"'()\[\]]"
# The lookbehind anchors the match at the start of a word: a long word without "@" is scanned once, not once per
# character.
_ADDRESS: Final = re.compile(rf"(?<!{_WORD}){_WORD}+@({_WORD}+)")


def attempt_report(
    attempt: Attempt,
    connection: Connection,
    provider: ServiceProvider,
    advice: Sequence[str] = (),
    *,
    tell: Callable[[Told | None], str | None],
) -> str:
    """Formats the report as text for an email or a ticket.

    Local parts of email addresses are removed everywhere. Of the values that identify the user, only whether they were
    correct is included.

    Args:
        advice: lines with the explanation and guidance in the reader's language.
        tell: formats an expected or received value.
    """
    lines = [
        f"Single sign-on, attempt {attempt.id}",
        f"Time: {attempt.created_at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC",
        f"Result: {f'refused, {attempt.code}' if attempt.code else 'signed in'}",
        *(["It was a test."] if attempt.is_test else []),
    ]
    lines += [
        *advice,
        "",
        *_list_configuration(connection, provider),
        "",
        "Checks:",
        *(_check_line(check, tell) for check in attempt.checks),
    ]
    if not attempt.checks:
        lines.append("  none: nothing could be looked at")
    if attempt.request_id:
        lines += ["", f"Our request's ID: {attempt.request_id}"]
    return "\n".join(lines)


def _list_configuration(connection: Connection, provider: ServiceProvider) -> list[str]:
    return [
        "What the identity provider should have on file:",
        f"  ACS URL: {provider.acs_url}",
        f"  Entity ID (audience): {provider.entity_id}",
        f"  Metadata: {provider.metadata_url}",
        "What we have on file of it:",
        f"  Issuer: {connection.identity_provider_issuer or 'nothing'}",
        f"  Sign-on address: {connection.identity_provider_url or 'nothing'}",
        *(f"  Certificate (SHA-256): {certificate.sha256}" for certificate in connection.certificates),
    ]


def without_names(attempt: Attempt) -> Attempt:
    """Removes personal data from an attempt, for an admin of the identity provider without an account here."""
    checks = tuple(map(_without_name, attempt.checks))
    return replace(attempt, user_id=None, email=None, claimed_email=None, checks=checks)


def redact(text: str) -> str:
    """Returns the text in one line, with addresses reduced to their domains. Untrusted text must not look like lines of
    the report, which the reader acts on."""
    line = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
    return _ADDRESS.sub(r"…@\1", line)


def _without_name(check: Check) -> Check:
    if check.name in _PERSONAL:
        return replace(check, expected=None, received=None)
    return replace(check, expected=_redact_value(check.expected), received=_redact_value(check.received))


def _redact_value(value: Told | None) -> Told | None:
    if isinstance(value, Message):
        return map_texts(value, redact)
    return redact(value) if value else value


def _check_line(check: Check, tell: Callable[[Told | None], str | None]) -> str:
    line = f"  {'ok    ' if check.passed else 'FAILED'} {check.name.value}"
    redacted = _without_name(check)
    is_missing = not check.passed and check.expected is not None and check.received in (None, "")
    received = "nothing" if is_missing else tell(redacted.received)
    values = (("expected", tell(redacted.expected)), ("received", received))
    said = [f"{word} {value}" for word, value in values if value]
    return f"{line}: {'; '.join(said)}" if said else line
