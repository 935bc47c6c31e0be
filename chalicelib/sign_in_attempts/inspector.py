"""The SAML inspector: validates a pasted response like a posted one. It stores nothing and creates no session.

It has access to neither the table nor sessions.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from html import unescape
from typing import Final
from urllib.parse import parse_qs, unquote

from chalicelib.connections.model import Connection
from chalicelib.connections.secrets import CertificateSecrets
from chalicelib.errors import SignInRefused
from chalicelib.i18n.message import message
from chalicelib.identifier import is_id
from chalicelib.return_path import HOME
from chalicelib.saml.assertion import Assertion, UnverifiedResponse
from chalicelib.saml.certificate import Certificate
from chalicelib.saml.check import Check, CheckName
from chalicelib.saml.key_pair import KeyPair
from chalicelib.saml.refusal import RefusalCode
from chalicelib.settings import Settings
from chalicelib.sign_in.authn_state import PendingRequest, new_request
from chalicelib.sign_in.user_attributes import is_address_private
from chalicelib.sign_in_attempts.judgment import Judged, judge
from chalicelib.signing_keys.secrets import DeploymentKeysSecret

MAX_TEXT_LENGTH: Final = 1_000_000  # characters; a base64 response may be percent-encoded
_MAX_FIELDS: Final = 50
_BLANKS: Final = re.compile(r"\s+")
_INPUT: Final = re.compile(r"""name=["']SAMLResponse["']\s[^<>]{0,200}?value=["']([^"'<>]*)["']""")
_MAX_AGE: Final = timedelta(days=400)
_OF_THE_MOMENT: Final = (RefusalCode.SAML_NO_REQUEST, RefusalCode.SAML_EXPIRED, RefusalCode.SAML_NOT_YET_VALID)


@dataclass(frozen=True, slots=True)
class Inspection:
    """A response's content and validation result.

    Attributes:
        document: the indented, unverified XML; None if it can't be parsed.
        code: the code with which it would be refused now; None if it would be accepted.
        assertion: the verified assertion, if all checks passed except those of user, time and request.
        email: the address; None if there is none, or it is private.
    """

    document: str | None = field(repr=False)
    code: RefusalCode | None
    checks: tuple[Check, ...]
    assertion: Assertion | None = field(default=None, repr=False)
    email: str | None = None

    @property
    def is_only_out_of_place(self) -> bool:
        """True if only time or request binding failed, which is normal for a pasted response."""
        has_user = any(check.name is CheckName.EMAIL and check.passed for check in self.checks)
        return self.code in _OF_THE_MOMENT and has_user


@dataclass(frozen=True, slots=True)
class Inspector:
    """Explains responses to admins."""

    certificates: CertificateSecrets
    keys: DeploymentKeysSecret
    settings: Settings

    def inspect(self, connection: Connection, text: str, now: datetime) -> Inspection:
        """Validates a response with the current configuration and time, without a pending request.

        Args:
            text: base64, XML, a copied form body with `SAMLResponse=`, or the HTML of the form.

        Raises:
            Unavailable: Secrets Manager did not answer.
        """
        from chalicelib.saml.pretty_print import pretty_print

        if len(text) > MAX_TEXT_LENGTH:
            return Inspection(None, RefusalCode.SAML_TOO_LARGE, ())
        response, keys = as_posted(text), self.keys.load(now).decryption.all
        document = pretty_print(response, self.settings.response_bytes)
        judging = _Inspection(response, connection, self.certificates.load(connection), keys, self.settings)
        try:
            judged = judging.judged(None, now)
        except SignInRefused as refusal:
            inspection = Inspection(document, refusal.reason, refusal.checks, refusal.assertion)
            return _inspect_at_issue_time(inspection, refusal, judging, now)
        email = _shown_address(judged, connection)
        checks = (*judged.assertion.checks, _address_check(email))
        return Inspection(document, None, checks, judged.assertion, email)


@dataclass(frozen=True, slots=True)
class _Inspection:
    """One response with everything it is validated against."""

    response: UnverifiedResponse
    connection: Connection
    certificates: tuple[Certificate, ...]
    decryption_keys: tuple[KeyPair, ...]
    settings: Settings

    def judged(self, pending: PendingRequest | None, now: datetime) -> Judged:
        return judge(
            self.response,
            self.connection,
            certificates=self.certificates,
            decryption_keys=self.decryption_keys,
            pending=pending,
            settings=self.settings,
            now=now,
        )


def as_posted(text: str) -> UnverifiedResponse:
    """Extracts the form value from pasted text: XML, base64 in lines or URL-encoded, a form body or HTML."""
    given = text.strip().removeprefix("\ufeff")
    if (field_of_form := _INPUT.search(given)) is not None:
        given = _unescape(field_of_form[1])
    if given.startswith("<"):
        return UnverifiedResponse(base64.b64encode(given.encode("utf-8", "replace")).decode())
    if "SAMLResponse=" in given:
        given = _form_value(given[given.index("SAMLResponse=") :])
    elif "%" in given:
        given = unquote(given)
    return UnverifiedResponse(_BLANKS.sub("", given.replace(" ", "+") if _has_lost_plus_signs(given) else given))


def _form_value(body: str) -> str:
    try:
        return parse_qs(body, max_num_fields=_MAX_FIELDS).get("SAMLResponse", [""])[0]
    except ValueError:
        return ""


def _unescape(text: str) -> str:
    try:
        return unescape(text)
    except ValueError:  # a number with more digits than Python parses
        return ""


def _has_lost_plus_signs(text: str) -> bool:
    """Returns True if single spaces stand where a form decoder replaced plus signs."""
    return " " in text and "\n" not in text and "  " not in text


def _inspect_at_issue_time(
    inspection: Inspection, refusal: SignInRefused, judging: _Inspection, now: datetime
) -> Inspection:
    """Validates the response again as of its issue time and for the request that it names, so that admins can inspect
    old responses."""
    age = refusal.age_seconds
    if refusal.reason not in _OF_THE_MOMENT or age is None or abs(age) > _MAX_AGE.total_seconds():
        return inspection
    made_at = now - timedelta(seconds=age)
    try:
        judged = judging.judged(_named_request(refusal.checks, judging.connection, made_at), made_at)
    except SignInRefused as later:
        if later.assertion is None:
            return inspection
        # The browser that sent the request would get this code; as in a sign-in, a time error takes precedence.
        code = later.reason if inspection.code is RefusalCode.SAML_NO_REQUEST else inspection.code
        return replace(inspection, code=code, checks=(*inspection.checks, later.checks[-1]), assertion=later.assertion)
    email = _shown_address(judged, judging.connection)
    return replace(
        inspection, checks=(*inspection.checks, _address_check(email)), assertion=judged.assertion, email=email
    )


def _named_request(checks: tuple[Check, ...], connection: Connection, now: datetime) -> PendingRequest | None:
    """Returns the request that the response names, if the ID has our format."""
    claimed = next((check.received for check in checks if check.name is CheckName.REQUEST), None)
    if not isinstance(claimed, str):
        return None
    attempt_id = f"att_{claimed.removeprefix('_')}"
    if not is_id(attempt_id, "att"):
        return None
    return new_request(connection.id, connection.version, HOME, now, attempt_id=attempt_id)


def _shown_address(judged: Judged, connection: Connection) -> str | None:
    return None if is_address_private(judged.assertion, connection) else judged.email


def _address_check(email: str | None) -> Check:
    return Check(CheckName.EMAIL, True, None, email or message("check.subject.encrypted"))
