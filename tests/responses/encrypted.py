"""Encrypted assertions under every algorithm that we accept."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Final

from tests.responses.sample import Sample
from tests.support.identity_provider import GOOD, Changes, Encryption, Layout, Signing, names, trust

_CONTENT: Final = (
    names.AES128_GCM,
    names.AES192_GCM,
    names.AES256_GCM,
    names.AES128_CBC,
    names.AES192_CBC,
    names.AES256_CBC,
)
_TRANSPORT: Final = {
    "oaep-without-digest": Encryption(transport=names.RSA_OAEP, digest=None),
    "oaep-sha1": Encryption(transport=names.RSA_OAEP, digest=names.SHA1),
    "oaep-sha256-mgf-sha1": Encryption(transport=names.RSA_OAEP, digest=names.SHA256),
    "oaep11-sha256-mgf-sha1": Encryption(transport=names.RSA_OAEP_11, digest=names.SHA256, mask=names.MGF1_SHA1),
    "oaep11-sha256-mgf-sha256": Encryption(transport=names.RSA_OAEP_11, digest=names.SHA256, mask=names.MGF1_SHA256),
    "oaep11-sha256-default-mgf": Encryption(transport=names.RSA_OAEP_11, digest=names.SHA256),
    "oaep11-sha1-mgf-sha1": Encryption(transport=names.RSA_OAEP_11, digest=names.SHA1, mask=names.MGF1_SHA1),
}


DECLARATION: Final = b'<?xml version="1.0" encoding="UTF-8"?>\n'


def _filled(plaintext: bytes) -> bytes:
    return plaintext + b" " * (-len(plaintext) % 16)


def _with_prefixes_around(octets: bytes) -> bytes:
    """Entra's shape: the EncryptedAssertion declares prefixes for what is in default namespaces inside."""
    around = f'<EncryptedAssertion xmlns:saml="{names.SAML}" xmlns:ds="{names.DS}" '.encode()
    return octets.replace(b"<EncryptedAssertion ", around, 1)


def _named(algorithm: str) -> str:
    return algorithm.partition("#")[2]


ENCRYPTED: Final = (
    *(
        Sample(f"{_named(content)}-{name}", replace(GOOD, encryption=replace(transport, content=content)))
        for content, (name, transport) in product(_CONTENT, _TRANSPORT.items())
    ),
    Sample("both-signed-and-encrypted", replace(GOOD, sign_response=Signing(), encryption=Encryption())),
    Sample(
        "only-the-response-signed-and-encrypted",
        replace(GOOD, sign_assertion=None, sign_response=Signing(), encryption=Encryption()),
    ),
    Sample(
        "the-plaintext-has-an-xml-declaration",
        replace(GOOD, encryption=Encryption(), changes=Changes(plaintext=lambda octets: DECLARATION + octets)),
    ),
    Sample(
        "the-plaintext-fills-its-last-block",
        replace(GOOD, encryption=Encryption(content=names.AES128_CBC), changes=Changes(plaintext=_filled)),
    ),
    Sample(
        "default-namespaces-inside-ancestors-that-declare-prefixes",
        replace(
            GOOD,
            encryption=Encryption(),
            sign_assertion=Signing(prefix=None),
            layout=Layout(assertion=None),
            changes=Changes(octets=_with_prefixes_around),
        ),
    ),
    Sample("encrypted-key-beside-the-data", replace(GOOD, encryption=Encryption(key_beside=True))),
    Sample("encrypted-key-names-our-certificate", replace(GOOD, encryption=Encryption(name_certificate=True))),
    Sample(
        "encrypted-for-our-next-key",
        replace(GOOD, encryption=Encryption(key="service-next")),
        trust(decryption=("service", "service-next")),
    ),
    Sample(
        "encrypted-for-our-current-key-while-the-next-waits",
        replace(GOOD, encryption=Encryption()),
        trust(decryption=("service-next", "service")),
    ),
)
