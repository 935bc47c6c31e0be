"""A second, independent verifier: signxml verifies, and only the content that it reports as signed is read."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureMethod
from signxml.exceptions import InvalidDigest, InvalidInput, InvalidSignature
from signxml.verifier import SignatureConfiguration, XMLVerifier

from tests.support.identity_provider import Key
from tests.support.identity_provider.decryption import decrypt
from tests.support.identity_provider.names import DS, SAML

_SIGNATURE = f"{{{DS}}}Signature"
_ASSERTION = f"{{{SAML}}}Assertion"


@dataclass(frozen=True, slots=True)
class Reading:
    """The identity in the signed bytes."""

    id: str
    issuer: str
    name_id: str | None
    attributes: dict[str, tuple[str, ...]]


class NotSigned(Exception):
    """No signature that any of the keys made covers the assertion."""


class Unreadable(Exception):
    """signxml wants a Signature that its schema allows, and no text behind the signed element."""


def second_reading(sent: str, keys: tuple[Key, ...], decryption: Key | None = None) -> Reading:
    """Returns the element that signxml finds signed in the form value.

    Raises:
        NotSigned: nothing that counts is.
        Unreadable: signxml is stricter about what is not signed.
    """
    response = etree.fromstring(base64.b64decode(sent))
    signed = _find_signed(response, "./", keys) if response.find(_SIGNATURE) is not None else response
    assertion = signed.find(_ASSERTION)
    if assertion is None and decryption is not None:
        assertion = decrypt(signed, decryption)
        if assertion.find(_SIGNATURE) is not None:
            assertion = _find_signed(assertion, "./", keys)
    elif assertion is not None and assertion.find(_SIGNATURE) is not None:
        assertion = _find_signed(signed, f"./{_ASSERTION}/", keys)
    elif signed is response:
        raise NotSigned
    if assertion is None or assertion.tag != _ASSERTION:
        raise NotSigned
    return _parse(assertion)


def find_signed_element(octets: bytes, key: Key) -> etree._Element:
    """Returns the element that the document's first signature covers, at any position.

    Raises:
        NotSigned: it does not verify.
    """
    return _find_signed(etree.fromstring(octets), ".//", (key,))


def _find_signed(root: etree._Element, location: str, keys: tuple[Key, ...]) -> etree._Element:
    for key in keys:
        configuration = SignatureConfiguration(
            location=location,
            signature_methods=frozenset(SignatureMethod),
            digest_algorithms=frozenset(DigestAlgorithm),
            ignore_ambiguous_key_info=True,
            verification_time=key.x509.not_valid_after_utc,  # a certificate is a key container, whatever its dates
        )
        try:
            result = XMLVerifier().verify(
                etree.tostring(root, encoding="utf-8"),
                x509_cert=key.pem,
                id_attribute="ID",
                expect_config=configuration,
            )
        except (InvalidSignature, InvalidDigest, InvalidInput):
            continue
        except (etree.DocumentInvalid, etree.XMLSyntaxError) as error:
            raise Unreadable from error
        if not isinstance(result, list) and result.signed_xml is not None:
            return result.signed_xml
    raise NotSigned


def _parse(assertion: etree._Element) -> Reading:
    attributes: dict[str, tuple[str, ...]] = {}
    for attribute in assertion.iterfind(f"{{{SAML}}}AttributeStatement/{{{SAML}}}Attribute"):
        name = attribute.get("Name") or ""
        values = tuple(_text(value) for value in attribute.iterfind(f"{{{SAML}}}AttributeValue") if not len(value))
        attributes[name] = attributes.get(name, ()) + values
    name_id = assertion.find(f"{{{SAML}}}Subject/{{{SAML}}}NameID")
    return Reading(
        id=assertion.get("ID") or "",
        issuer=assertion.findtext(f"{{{SAML}}}Issuer") or "",
        name_id=None if name_id is None else _text(name_id),
        attributes=attributes,
    )


def _text(element: etree._Element) -> str:
    return "".join(element.itertext())
