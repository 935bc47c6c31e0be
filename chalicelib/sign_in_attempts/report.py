"""What the admin of the identity provider is sent about a refused sign-in: everything they need, and nobody's name."""

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
# It begins where a word begins: a long word without "@" is looked through once, not from each of its letters.
_ADDRESS: Final = re.compile(rf"(?<!{_WORD}){_WORD}+@({_WORD}+)")


def attempt_report(
    attempt: Attempt,
    connection: Connection,
    provider: ServiceProvider,
    advice: Sequence[str] = (),
    *,
    tell: Callable[[Told | None], str | None],
) -> str:
    """A text to be copied into a mail or a ticket.

    Local parts of e-mail addresses are left out everywhere; of what identifies the person, only whether it was right.

    Args:
        advice: lines that say what happened and what to do, in the reader's language.
        tell: renders what a check expected or received.
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
        *_configured(connection, provider),
        "",
        "Checks:",
        *(_check_line(check, tell) for check in attempt.checks),
    ]
    if not attempt.checks:
        lines.append("  none: nothing could be looked at")
    if attempt.request_id:
        lines += ["", f"Our request's ID: {attempt.request_id}"]
    return "\n".join(lines)


def _configured(connection: Connection, provider: ServiceProvider) -> list[str]:
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
    """The attempt as the identity provider's admin may see it who has no account here: like the report."""
    checks = tuple(map(_without_name, attempt.checks))
    return replace(attempt, user_id=None, email=None, claimed_email=None, checks=checks)


def redact(text: str) -> str:
    """The text in one line, with addresses cut down to their domains: what a stranger sent must not look like lines of
    ours, which the reader acts on."""
    line = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
    return _ADDRESS.sub(r"…@\1", line)


def _without_name(check: Check) -> Check:
    if check.name in _PERSONAL:
        return replace(check, expected=None, received=None)
    return replace(check, expected=_redacted(check.expected), received=_redacted(check.received))


def _redacted(told: Told | None) -> Told | None:
    if isinstance(told, Message):
        return map_texts(told, redact)
    return redact(told) if told else told


def _check_line(check: Check, tell: Callable[[Told | None], str | None]) -> str:
    line = f"  {'ok    ' if check.passed else 'FAILED'} {check.name.value}"
    told = _without_name(check)
    values = (("expected", tell(told.expected)), ("received", tell(told.received)))
    said = [f"{word} {value}" for word, value in values if value]
    return f"{line}: {'; '.join(said)}" if said else line
