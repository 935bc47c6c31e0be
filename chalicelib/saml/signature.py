"""Parses XML signatures with the only structure that SAML needs (SAML Core section 5.4), before any verification.

Everything else is refused: a transform may take seconds of CPU (XSLT), a second Reference may sign something else, an
HMAC may use a public certificate as its key.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from cryptography.hazmat.primitives import hashes
from lxml.etree import _Element as Element

from chalicelib.i18n.message import message
from chalicelib.saml import names
from chalicelib.saml.check import Told
from chalicelib.saml.validation_error import ValidationError, invalid_signature, weak_algorithm

MAX_NAMESPACES: Final = 64
"""Maximum namespaces in scope at a signature. Canonicalization with 12,000 takes 0.4 s; real messages have under
ten."""

_EXCLUSIVE: Final = "http://www.w3.org/2001/10/xml-exc-c14n#"
# Both give the same result, because comments are refused before; SAML Core section 5.4.3 permits both.
_CANONICALIZATIONS: Final = (_EXCLUSIVE, f"{_EXCLUSIVE}WithComments")
_INCLUSIVE: Final = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
# SAML Core section 5.4.3 recommends exclusive canonicalization of SignedInfo; .NET and Java products use the inclusive
# one.
_INCLUSIVE_CANONICALIZATIONS: Final = (_INCLUSIVE, f"{_INCLUSIVE}#WithComments")
_ENVELOPED: Final = f"{names.DS}enveloped-signature"
_INCLUSIVE_NAMESPACES: Final = f"{{{_EXCLUSIVE}}}InclusiveNamespaces"
_MAX_PREFIXES: Final = 32
_LISTED: Final = re.compile(r"[^ \t\r\n]+")
_PREFIX: Final = re.compile(r"#default|[A-Za-z_][A-Za-z0-9_.-]{0,99}")
"""An NCName (Namespaces in XML section 3) in ASCII. No product declares another; libxml2 refuses some as names."""
_BLANKS: Final = b" \t\r\n"

_MORE: Final = "http://www.w3.org/2001/04/xmldsig-more#"
_PSS: Final = "http://www.w3.org/2007/05/xmldsig-more#"
_Known = TypeVar("_Known")


@dataclass(frozen=True, slots=True)
class Algorithm:
    """A SignatureMethod. `kind` is rsa (PKCS #1 v1.5), pss or ecdsa."""

    name: str
    kind: str
    digest: hashes.HashAlgorithm


_DIGESTS: Final[dict[str, hashes.HashAlgorithm]] = {
    names.SHA256: hashes.SHA256(),
    names.SHA384: hashes.SHA384(),
    names.SHA512: hashes.SHA512(),
}
_METHODS: Final[dict[str, Algorithm]] = {
    f"{_MORE}rsa-sha256": Algorithm("RSA-SHA256", "rsa", hashes.SHA256()),
    f"{_MORE}rsa-sha384": Algorithm("RSA-SHA384", "rsa", hashes.SHA384()),
    f"{_MORE}rsa-sha512": Algorithm("RSA-SHA512", "rsa", hashes.SHA512()),
    f"{_MORE}ecdsa-sha256": Algorithm("ECDSA-SHA256", "ecdsa", hashes.SHA256()),
    f"{_MORE}ecdsa-sha384": Algorithm("ECDSA-SHA384", "ecdsa", hashes.SHA384()),
    f"{_MORE}ecdsa-sha512": Algorithm("ECDSA-SHA512", "ecdsa", hashes.SHA512()),
    f"{_PSS}sha256-rsa-MGF1": Algorithm("RSA-PSS-SHA256", "pss", hashes.SHA256()),
    f"{_PSS}sha384-rsa-MGF1": Algorithm("RSA-PSS-SHA384", "pss", hashes.SHA384()),
    f"{_PSS}sha512-rsa-MGF1": Algorithm("RSA-PSS-SHA512", "pss", hashes.SHA512()),
}
_SHA1 = hashes.SHA1()  # noqa: S303 only ever reached by a connection's dated exception
_SHA1_METHODS: Final = _METHODS | {f"{names.DS}rsa-sha1": Algorithm("RSA-SHA1", "rsa", _SHA1)}
_SHA1_DIGESTS: Final = _DIGESTS | {names.SHA1: _SHA1}


@dataclass(slots=True)
class Signature:
    """A parsed, unverified Signature with a permitted structure.

    Attributes:
        owner: the parent element, which is also the one that the signature refers to.
        is_inclusive: SignedInfo uses inclusive canonicalization, and has no PrefixList.
        info_prefixes, prefixes: PrefixLists of SignedInfo's and of the element's exclusive canonicalization.
        key_info: only compared, never trusted; see `certificate`.
    """

    element: Element
    owner: Element
    signed_info: Element
    algorithm: Algorithm
    digest: hashes.HashAlgorithm
    digest_value: bytes
    value: bytes
    is_inclusive: bool
    info_prefixes: tuple[str, ...]
    prefixes: tuple[str, ...]
    key_info: Element | None

    @property
    def certificate(self) -> bytes | None:
        """The first certificate in KeyInfo as DER, or None."""
        path = f"{{{names.DS}}}X509Data/{{{names.DS}}}X509Certificate"
        certificate = None if self.key_info is None else self.key_info.find(path)
        try:
            return None if certificate is None else _base64(certificate.text or "")
        except ValidationError:
            return None

    @property
    def owner_name(self) -> str:
        """`Response` or `Assertion`."""
        return str(self.owner.tag).rpartition("}")[2]


def parse_signature(element: Element, *, sha1: bool) -> Signature:
    """Parses a ds:Signature.

    Args:
        sha1: whether the connection's exception for SHA-1 holds today.

    Raises:
        ValidationError: any other structure (saml_signature_invalid) or algorithm (saml_weak_algorithm).
    """
    owner = element.getparent()
    if owner is None or len(element.nsmap) > MAX_NAMESPACES:
        raise invalid_signature(message("check.signature.few_namespaces"))
    signed_info, value, key_info = _children(element)
    canonicalization, method, reference = _exactly(signed_info, _SIGNED_INFO)
    if reference.get("URI") != f"#{owner.get('ID')}":
        raise invalid_signature(message("check.signature.one_reference", id=owner.get("ID", "")), reference.get("URI"))
    transforms, digest_method, digest_value = _exactly(reference, _REFERENCE)
    is_inclusive = _is_inclusive(canonicalization)
    return Signature(
        element=element,
        owner=owner,
        signed_info=signed_info,
        algorithm=_resolve_algorithm(method, _SHA1_METHODS if sha1 else _METHODS),
        digest=_resolve_algorithm(digest_method, _SHA1_DIGESTS if sha1 else _DIGESTS),
        digest_value=_octets(digest_value),
        value=_octets(value),
        is_inclusive=is_inclusive,
        info_prefixes=() if is_inclusive else _exclusive(canonicalization),
        prefixes=_transforms(transforms),
        key_info=key_info,
    )


def _shape(*local_names: str) -> list[str]:
    return [f"{{{names.DS}}}{name}" for name in local_names]


_SIGNATURE_ALONE: Final = _shape("SignedInfo", "SignatureValue")
_SIGNATURE: Final = _shape("SignedInfo", "SignatureValue", "KeyInfo")
_SIGNED_INFO: Final = _shape("CanonicalizationMethod", "SignatureMethod", "Reference")
_REFERENCE: Final = _shape("Transforms", "DigestMethod", "DigestValue")
_TRANSFORMS: Final = _shape("Transform", "Transform")


def _children(element: Element) -> tuple[Element, Element, Element | None]:
    if len(element) == 3:
        signed_info, value, key_info = _exactly(element, _SIGNATURE)
        return signed_info, value, key_info
    signed_info, value = _exactly(element, _SIGNATURE_ALONE)
    return signed_info, value, None


def _exactly(element: Element, shape: list[str]) -> tuple[Element, ...]:
    children = tuple(element)
    if [child.tag for child in children] != shape:
        found = [str(child.tag) for child in children]
        expected = message("check.signature.parts", element=_short(str(element.tag)), parts=_short(", ".join(shape)))
        raise invalid_signature(expected, _describe_parts(found, shape))
    return children


def _describe_parts(found: Sequence[str], wanted: Sequence[str]) -> Told:
    """Returns the parts that are there, with the first that is missing."""
    shown = ", ".join(_short(part)[:100] for part in found[:5])
    missing = next((part for part in wanted if part not in found), None)
    if missing is None:
        return shown
    return message("check.signature.part_missing", parts=shown or "—", missing=_short(missing))


def _short(tags: str) -> str:
    return tags.replace(f"{{{names.DS}}}", "ds:")


def _resolve_algorithm(element: Element, known: Mapping[str, _Known]) -> _Known:
    uri = element.get("Algorithm", "")
    if len(element):
        raise invalid_signature(message("check.signature.no_parameters"), uri)
    if uri not in known:
        raise weak_algorithm(uri, of_digest=element.tag == names.DIGEST_METHOD)
    return known[uri]


def _transforms(element: Element) -> tuple[str, ...]:
    if len(element) != 2:
        found = [child.get("Algorithm", "") for child in element]
        expected = message("check.signature.two_transforms")
        raise invalid_signature(expected, _describe_parts(found, (_ENVELOPED, _EXCLUSIVE)))
    enveloped, exclusive = _exactly(element, _TRANSFORMS)
    if enveloped.get("Algorithm") != _ENVELOPED or len(enveloped):
        raise invalid_signature(message("check.signature.enveloped"), enveloped.get("Algorithm"))
    return _exclusive(exclusive)


def _is_inclusive(element: Element) -> bool:
    """Returns True if SignedInfo uses inclusive canonicalization, in which every element carries all namespaces in
    scope."""
    if element.get("Algorithm") not in _INCLUSIVE_CANONICALIZATIONS:
        return False
    if len(element):
        raise invalid_signature(message("check.signature.no_parameters"), element.get("Algorithm"))
    signed_info = element.getparent()
    if signed_info is None or any(len(inner.nsmap) > MAX_NAMESPACES for inner in signed_info.iter()):
        raise invalid_signature(message("check.signature.few_namespaces"))
    return True


def _exclusive(element: Element) -> tuple[str, ...]:
    if element.get("Algorithm") not in _CANONICALIZATIONS:
        raise invalid_signature(message("check.signature.exclusive"), element.get("Algorithm"))
    if len(element) == 0:
        return ()
    if len(element) > 1 or element[0].tag != _INCLUSIVE_NAMESPACES or len(element[0]):
        raise invalid_signature(message("check.signature.only_inclusive"))
    prefixes = tuple(_LISTED.findall(element[0].get("PrefixList", "")))
    if len(prefixes) > _MAX_PREFIXES:
        raise invalid_signature(
            message("check.signature.short_prefixes"), message("check.signature.prefixes", number=len(prefixes))
        )
    for prefix in prefixes:
        if _PREFIX.fullmatch(prefix) is None:
            raise invalid_signature(message("check.signature.only_inclusive"), prefix[:100])
    return prefixes


def _octets(element: Element) -> bytes:
    if len(element):
        raise invalid_signature(message("check.signature.base64"), message("check.signature.elements"))
    return _base64(element.text or "")


def _base64(text: str) -> bytes:
    try:
        return binascii.a2b_base64(text.encode("ascii").translate(None, _BLANKS), strict_mode=True)
    except ValueError:
        raise invalid_signature(message("check.signature.base64")) from None
