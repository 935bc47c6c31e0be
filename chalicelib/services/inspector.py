"""The SAML inspector: a pasted response, judged like a posted one. Nothing is stored, nobody is signed in."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from urllib.parse import parse_qs, unquote

from chalicelib.adapters.certificate_secrets import CertificateSecrets
from chalicelib.adapters.deployment_keys import DeploymentKeysSecret
from chalicelib.domain.assertion import Assertion, UnverifiedResponse
from chalicelib.domain.attempt import Check
from chalicelib.domain.connection import Connection, service_provider
from chalicelib.domain.refusal import RefusalCode
from chalicelib.domain.subject import email_of
from chalicelib.errors import SignInRefused
from chalicelib.settings import Settings

_BLANKS: Final = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a response says and what becomes of it.

    Attributes:
        document: the XML, indented, verified in nothing; None where it can't be read.
        code: why it would be refused; None if it would sign somebody in.
        assertion: the verified statement, where everything holds but perhaps who it is.
    """

    document: str | None = field(repr=False)
    code: RefusalCode | None
    checks: tuple[Check, ...]
    assertion: Assertion | None = field(default=None, repr=False)
    email: str | None = None

    @property
    def only_browser_missing(self) -> bool:
        """Whether all that is wrong is that no browser of ours has asked: as of every answer that is pasted."""
        return self.code is RefusalCode.SAML_NO_REQUEST


@dataclass(frozen=True, slots=True)
class Inspector:
    """Explains responses to admins."""

    certificates: CertificateSecrets
    keys: DeploymentKeysSecret
    settings: Settings

    def inspect(self, connection: Connection, text: str, now: datetime) -> Inspection:
        """Judge a response by the values in force and today's clock, as the answer to no request.

        Args:
            text: base64, XML, or a copied form body with `SAMLResponse=`.

        Raises:
            Unavailable: Secrets Manager did not answer.
        """
        from chalicelib.adapters.saml.pretty import readable
        from chalicelib.adapters.saml.response import verify

        response = as_posted(text)
        document = readable(response, self.settings.response_bytes)
        try:
            assertion = verify(
                response,
                connection=connection,
                provider=service_provider(self.settings.base_url, connection.id),
                certificates=self.certificates.load(connection),
                pending=None,
                decryption_keys=self.keys.load(now).decryption.all,
                size_limit=self.settings.response_bytes,
                now=now,
            )
        except SignInRefused as refusal:
            return Inspection(document, refusal.reason, refusal.checks)
        try:
            email = email_of(assertion, connection)
        except SignInRefused as refusal:
            return Inspection(document, refusal.reason, refusal.checks, assertion)
        return Inspection(document, None, assertion.checks, assertion, email)


def as_posted(text: str) -> UnverifiedResponse:
    """The form value that was meant, whatever was copied: XML, base64 in lines or in a URL, a form's body."""
    given = text.strip()
    if given.startswith(("<", "\ufeff<")):
        return UnverifiedResponse(base64.b64encode(given.removeprefix("\ufeff").encode()).decode())
    if "SAMLResponse=" in given:
        given = parse_qs(given[given.index("SAMLResponse=") :]).get("SAMLResponse", [""])[0]
    elif "%" in given:
        given = unquote(given)
    return UnverifiedResponse(_BLANKS.sub("", given.replace(" ", "+") if _lost_its_plus(given) else given))


def _lost_its_plus(text: str) -> bool:
    """Whether single blanks stand where a form decoder put them for plus signs."""
    return " " in text and "\n" not in text and "  " not in text
