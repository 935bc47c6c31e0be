"""The SAML inspector: a pasted response, judged like a posted one. Nothing is stored, nobody is signed in.

It has no table and no sessions: it could not write if it wanted to.
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
from chalicelib.identifier import is_id
from chalicelib.return_path import HOME
from chalicelib.saml.assertion import Assertion, UnverifiedResponse
from chalicelib.saml.certificate import Certificate
from chalicelib.saml.check import Check, CheckName
from chalicelib.saml.key_pair import KeyPair
from chalicelib.saml.refusal import RefusalCode
from chalicelib.settings import Settings
from chalicelib.sign_in.authn_state import PendingRequest, new_request
from chalicelib.sign_in_attempts.judgment import Judged, judge
from chalicelib.signing_keys.secrets import DeploymentKeysSecret

MAX_TEXT_LENGTH: Final = 1_000_000  # characters; a response in base64 may be written in percent signs
_MAX_FIELDS: Final = 50
_BLANKS: Final = re.compile(r"\s+")
_INPUT: Final = re.compile(r"""name=["']SAMLResponse["']\s[^<>]{0,200}?value=["']([^"'<>]*)["']""")
_MAX_AGE: Final = timedelta(days=400)
_OF_THE_MOMENT: Final = (RefusalCode.SAML_NO_REQUEST, RefusalCode.SAML_EXPIRED, RefusalCode.SAML_NOT_YET_VALID)


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a response says and what becomes of it.

    Attributes:
        document: the XML, indented, verified in nothing; None where it can't be read.
        code: why it would be refused now; None if it would be accepted.
        assertion: the verified statement, where everything holds but perhaps who it is, when it came, and that no
            browser of ours has asked for it.
    """

    document: str | None = field(repr=False)
    code: RefusalCode | None
    checks: tuple[Check, ...]
    assertion: Assertion | None = field(default=None, repr=False)
    email: str | None = None

    @property
    def is_only_out_of_place(self) -> bool:
        """Whether all that is wrong is the moment or the missing browser: as of almost every answer that is pasted."""
        return self.code in _OF_THE_MOMENT and self.email is not None


@dataclass(frozen=True, slots=True)
class Inspector:
    """Explains responses to admins."""

    certificates: CertificateSecrets
    keys: DeploymentKeysSecret
    settings: Settings

    def inspect(self, connection: Connection, text: str, now: datetime) -> Inspection:
        """Judge a response by the values in force and today's clock, as the answer to no request.

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
            return _in_its_own_time(inspection, refusal, judging, now)
        checks = (*judged.assertion.checks, _address_found(judged))
        return Inspection(document, None, checks, judged.assertion, judged.email)


@dataclass(frozen=True, slots=True)
class _Inspection:
    """One response, and what it is judged by."""

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
    """The form value that was meant, whatever was copied: XML, base64 in lines or in a URL, a form's body or HTML."""
    given = text.strip().removeprefix("\ufeff")
    if (field_of_form := _INPUT.search(given)) is not None:
        given = _unescaped(field_of_form[1])
    if given.startswith("<"):
        return UnverifiedResponse(base64.b64encode(given.encode("utf-8", "replace")).decode())
    if "SAMLResponse=" in given:
        given = _field_in(given[given.index("SAMLResponse=") :])
    elif "%" in given:
        given = unquote(given)
    return UnverifiedResponse(_BLANKS.sub("", given.replace(" ", "+") if _plus_signs_lost(given) else given))


def _field_in(body: str) -> str:
    try:
        return parse_qs(body, max_num_fields=_MAX_FIELDS).get("SAMLResponse", [""])[0]
    except ValueError:
        return ""


def _unescaped(text: str) -> str:
    try:
        return unescape(text)
    except ValueError:  # a number with more digits than Python reads
        return ""


def _plus_signs_lost(text: str) -> bool:
    """Whether single blanks stand where a form decoder put them for plus signs."""
    return " " in text and "\n" not in text and "  " not in text


def _in_its_own_time(inspection: Inspection, refusal: SignInRefused, judging: _Inspection, now: datetime) -> Inspection:
    """What it says, had it come when it was made, to the browser that asked: so that old answers can be read."""
    age = refusal.age_seconds
    if refusal.reason not in _OF_THE_MOMENT or age is None or abs(age) > _MAX_AGE.total_seconds():
        return inspection
    made_at = now - timedelta(seconds=age)
    try:
        judged = judging.judged(_request_in(refusal.checks, judging.connection, made_at), made_at)
    except SignInRefused as later:
        if later.assertion is None:
            return inspection
        # The browser that asked would be told this; a moment that is wrong comes before it, as at a sign-in.
        code = later.reason if inspection.code is RefusalCode.SAML_NO_REQUEST else inspection.code
        return replace(inspection, code=code, checks=(*inspection.checks, later.checks[-1]), assertion=later.assertion)
    checks = (*inspection.checks, _address_found(judged))
    return replace(inspection, checks=checks, assertion=judged.assertion, email=judged.email)


def _request_in(checks: tuple[Check, ...], connection: Connection, now: datetime) -> PendingRequest | None:
    """The request that it claims to answer, if the ID looks like one of ours."""
    claimed = next((check.received for check in checks if check.name is CheckName.REQUEST), None)
    if not isinstance(claimed, str):
        return None
    attempt_id = f"att_{claimed.removeprefix('_')}"
    if not is_id(attempt_id, "att"):
        return None
    return new_request(connection.id, connection.version, HOME, now, attempt_id=attempt_id)


def _address_found(judged: Judged) -> Check:
    return Check(CheckName.EMAIL, True, None, judged.email)
