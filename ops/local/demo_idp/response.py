"""A response as XML (SAML Core section 3.3.3, Profiles section 4.1.4.2)."""

from __future__ import annotations

import base64
import secrets
from datetime import datetime, timedelta
from typing import Final

from lxml import etree
from lxml.builder import ElementMaker

from ops.local.demo_idp.answer import Answer, Signs
from ops.local.demo_idp.signature import sign
from ops.local.demo_idp.signing_key import SigningKey

_SAML: Final = "urn:oasis:names:tc:SAML:2.0:assertion"
_SAMLP: Final = "urn:oasis:names:tc:SAML:2.0:protocol"
_STATUS: Final = "urn:oasis:names:tc:SAML:2.0:status:"
_BEARER: Final = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
_PASSWORD: Final = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"  # noqa: S105
_BASIC: Final = "urn:oasis:names:tc:SAML:2.0:attrname-format:basic"
_SESSION: Final = timedelta(hours=8)

_saml: Final = ElementMaker(namespace=_SAML, nsmap={"saml": _SAML})
_samlp: Final = ElementMaker(namespace=_SAMLP, nsmap={"samlp": _SAMLP, "saml": _SAML})


def encode_response(answer: Answer, key: SigningKey, other_key: SigningKey) -> str:
    """The value of `SAMLResponse`; `other_key` is an untrusted one."""
    signer = other_key if answer.by_another_key else key
    response = _samlp.Response(
        _saml.Issuer(answer.issuer),
        _status(answer.refused),
        **_present(
            ID=_new_id(),
            Version="2.0",
            IssueInstant=_instant(answer.issued_at),
            Destination=answer.destination,
            InResponseTo=answer.in_response_to,
        ),
    )
    if not answer.refused:
        assertion = _assertion(answer)
        if answer.signs in (Signs.ASSERTION, Signs.BOTH):
            sign(assertion, signer)
        response.append(assertion)
    if answer.signs in (Signs.RESPONSE, Signs.BOTH):
        sign(response, signer)
    xml = etree.tostring(response)
    if answer.altered_email is not None:
        xml = xml.replace(f">{answer.email}<".encode(), f">{answer.altered_email}<".encode())
    return base64.b64encode(xml).decode()


def _assertion(answer: Answer) -> etree._Element:
    first, last = answer.names
    attributes = {"email": answer.email, "firstName": first, "lastName": last}
    return _saml.Assertion(
        _saml.Issuer(answer.issuer),
        _subject(answer),
        _saml.Conditions(
            _saml.AudienceRestriction(_saml.Audience(answer.audience)),
            NotBefore=_instant(answer.not_before),
            NotOnOrAfter=_instant(answer.not_on_or_after),
        ),
        _saml.AuthnStatement(
            _saml.AuthnContext(_saml.AuthnContextClassRef(_PASSWORD)),
            AuthnInstant=_instant(answer.issued_at),
            SessionIndex=_new_id(),
            SessionNotOnOrAfter=_instant(answer.issued_at + _SESSION),
        ),
        _saml.AttributeStatement(*(_attribute(name, value) for name, value in attributes.items())),
        ID=_new_id(),
        Version="2.0",
        IssueInstant=_instant(answer.issued_at),
    )


def _subject(answer: Answer) -> etree._Element:
    confirmation = _saml.SubjectConfirmationData(
        **_present(
            NotOnOrAfter=_instant(answer.not_on_or_after),
            Recipient=answer.recipient,
            InResponseTo=answer.in_response_to,
        )
    )
    return _saml.Subject(
        _saml.NameID(answer.name_id, Format=answer.name_id_format),
        _saml.SubjectConfirmation(confirmation, Method=_BEARER),
    )


def _attribute(name: str, value: str) -> etree._Element:
    return _saml.Attribute(_saml.AttributeValue(value), Name=name, NameFormat=_BASIC)


def _status(refused: bool) -> etree._Element:
    if not refused:
        return _samlp.Status(_samlp.StatusCode(Value=f"{_STATUS}Success"))
    reason = _samlp.StatusCode(Value=f"{_STATUS}AuthnFailed")
    return _samlp.Status(
        _samlp.StatusCode(reason, Value=f"{_STATUS}Responder"), _samlp.StatusMessage("The person cancelled.")
    )


def _present(**attributes: str | None) -> dict[str, str]:
    return {name: value for name, value in attributes.items() if value is not None}


def _new_id() -> str:
    return f"_{secrets.token_hex(20)}"


def _instant(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
