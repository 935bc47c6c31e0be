"""XML signatures (xmldsig-core1), made with lxml's canonicalization and cryptography alone."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Sequence

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, utils
from lxml import etree

from tests.support.identity_provider import names
from tests.support.identity_provider.description import Signing
from tests.support.identity_provider.keys import Key, PrivateKey, key
from tests.support.identity_provider.names import DS, SAML

HASHES: dict[str, type[hashes.HashAlgorithm]] = {
    names.SHA1: hashes.SHA1,
    names.MD5: hashes.MD5,
    names.SHA256: hashes.SHA256,
    names.SHA384: hashes.SHA384,
    names.SHA512: hashes.SHA512,
}


def sign(element: etree._Element, signing: Signing) -> etree._Element:
    """Put a Signature over `element` into it, after its Issuer, and answer with the Signature."""
    octets = canonical(element, names.EXC_C14N, prefix_list(signing.inclusive_prefixes))
    own_id = element.get("ID") or ""
    uri = f"#{own_id}" if signing.reference == "same" else signing.reference
    signature = etree.Element(f"{{{DS}}}Signature", nsmap={signing.prefix: DS})
    _signed_info(signature, signing, uri, digest(octets, signing.digest))
    place = len(element) if signing.at_end else int(len(element) > 0 and element[0].tag == f"{{{SAML}}}Issuer")
    element.insert(place, signature)
    seal(signature, signing)
    return signature


def seal(signature: etree._Element, signing: Signing) -> None:
    """Sign the SignedInfo that is there and append SignatureValue and KeyInfo."""
    signed_info = signature[0]
    octets = canonical(signed_info, signing.canonicalization, ())
    value = base64.b64encode(signature_value(octets, key(signing.key), signing.algorithm)).decode()
    etree.SubElement(signature, f"{{{DS}}}SignatureValue").text = _wrapped(value, signing.line_width)
    if signing.certificate is not None:
        shown = key(signing.key if signing.certificate == "same" else signing.certificate)
        data = etree.SubElement(etree.SubElement(signature, f"{{{DS}}}KeyInfo"), f"{{{DS}}}X509Data")
        etree.SubElement(data, f"{{{DS}}}X509Certificate").text = _wrapped(shown.base64, signing.line_width)


def canonical(element: etree._Element, algorithm: str, prefixes: Sequence[str]) -> bytes:
    """The element's canonical octets in its namespace context, comments left out unless the algorithm keeps them."""
    alone = etree.fromstring(etree.tostring(element, with_tail=False, encoding="utf-8"))
    return etree.tostring(
        alone,
        method="c14n",
        exclusive=not algorithm.startswith(names.C14N),
        with_comments=algorithm.endswith("WithComments"),
        inclusive_ns_prefixes=list(prefixes) or None,
    )


def digest(octets: bytes, algorithm: str) -> str:
    """Base64 of the digest."""
    hashing = hashes.Hash(HASHES.get(algorithm, hashes.SHA256)())
    hashing.update(octets)
    return base64.b64encode(hashing.finalize()).decode()


def signature_value(octets: bytes, signer: Key, algorithm: str) -> bytes:
    """The raw signature; ECDSA as r and s of equal length (xmldsig-core1 section 6.4.3)."""
    if "hmac" in algorithm:
        return hmac.digest(signer.pem.encode(), octets, "sha256" if "256" in algorithm else "sha1")
    private: PrivateKey = signer.private
    hashing = _hash_of(algorithm)
    if isinstance(private, ec.EllipticCurvePrivateKey):
        r, s = utils.decode_dss_signature(private.sign(octets, ec.ECDSA(hashing)))
        length = (private.curve.key_size + 7) // 8
        return r.to_bytes(length) + s.to_bytes(length)
    return private.sign(octets, padding.PKCS1v15(), hashing)


def prefix_list(text: str | None) -> tuple[str, ...]:
    """The prefixes of an InclusiveNamespaces PrefixList."""
    return tuple((text or "").split())


def _hash_of(algorithm: str) -> hashes.HashAlgorithm:
    for ending, hashing in (("sha1", hashes.SHA1), ("md5", hashes.MD5), ("384", hashes.SHA384), ("512", hashes.SHA512)):
        if algorithm.endswith(ending):
            return hashing()
    return hashes.SHA256()


def _signed_info(signature: etree._Element, signing: Signing, uri: str | None, value: str) -> None:
    info = etree.SubElement(signature, f"{{{DS}}}SignedInfo")
    etree.SubElement(info, f"{{{DS}}}CanonicalizationMethod", Algorithm=signing.canonicalization)
    etree.SubElement(info, f"{{{DS}}}SignatureMethod", Algorithm=signing.algorithm)
    reference = etree.SubElement(info, f"{{{DS}}}Reference")
    if uri is not None:
        reference.set("URI", uri)
    transforms = etree.SubElement(reference, f"{{{DS}}}Transforms")
    for algorithm in signing.transforms:
        transform = etree.SubElement(transforms, f"{{{DS}}}Transform", Algorithm=algorithm)
        if signing.inclusive_prefixes is not None and algorithm == names.EXC_C14N:
            inclusive = {"ec": names.EXC_C14N}
            listed = etree.SubElement(transform, f"{{{names.EXC_C14N}}}InclusiveNamespaces", nsmap=inclusive)
            listed.set("PrefixList", signing.inclusive_prefixes)
    etree.SubElement(reference, f"{{{DS}}}DigestMethod", Algorithm=signing.digest)
    etree.SubElement(reference, f"{{{DS}}}DigestValue").text = value


def _wrapped(text: str, width: int | None) -> str:
    if width is None:
        return text
    lines = [text[start : start + width] for start in range(0, len(text), width)]
    return "\n" + "\n".join(lines) + "\n"
