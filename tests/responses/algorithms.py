"""Signatures under every algorithm, key and form that we accept."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Final

from tests.responses.sample import Sample
from tests.support.identity_provider import GOOD, NOW, Signing, names, trust

_RSA: Final = {"sha256": names.RSA_SHA256, "sha384": names.RSA_SHA384, "sha512": names.RSA_SHA512}
_ECDSA: Final = {"sha256": names.ECDSA_SHA256, "sha384": names.ECDSA_SHA384, "sha512": names.ECDSA_SHA512}
_DIGESTS: Final = {"sha256": names.SHA256, "sha384": names.SHA384, "sha512": names.SHA512}


def _signed(name: str, signing: Signing, **trusted: tuple[str, ...]) -> Sample:
    return Sample(name, replace(GOOD, sign_assertion=signing), trust(**trusted))  # type: ignore[arg-type]


def _sha1(name: str, signing: Signing) -> Sample:
    until = (NOW + timedelta(days=30)).date()
    return Sample(name, replace(GOOD, sign_assertion=signing), trust(sha1_exception_until=until))


ALGORITHMS: Final = (
    *(
        _signed(f"rsa-{hashing}-digest-{digest}", Signing(algorithm=_RSA[hashing], digest=_DIGESTS[digest]))
        for hashing, digest in product(_RSA, _DIGESTS)
    ),
    *(
        _signed(f"{curve}-{hashing}", Signing(key=curve, algorithm=_ECDSA[hashing]), keys=(curve,))
        for curve, hashing in product(("p256", "p384", "p521"), _ECDSA)
    ),
    _signed("rsa-3072", Signing(key="rsa3072"), keys=("rsa3072",)),
    _signed("rsa-4096", Signing(key="rsa4096"), keys=("rsa4096",)),
    _signed("the-second-of-two-certificates", Signing(key="acme"), keys=("acme-next", "acme")),
    _signed("the-last-of-four-certificates", Signing(key="acme"), keys=("p256", "acme-next", "rsa3072", "acme")),
    _signed(
        "an-elliptic-key-beside-an-rsa-key", Signing(key="p256", algorithm=names.ECDSA_SHA256), keys=("acme", "p256")
    ),
    _signed("an-expired-certificate-is-a-key-container", Signing(key="expired"), keys=("expired",)),
    _signed("no-key-info", Signing(certificate=None)),
    _signed("no-key-info-and-two-certificates", Signing(certificate=None), keys=("acme-next", "acme")),
    _signed("signature-prefix-is-the-default-namespace", Signing(prefix=None)),
    _signed("inclusive-prefixes", Signing(inclusive_prefixes="xs saml")),
    _signed("inclusive-prefixes-that-are-undeclared", Signing(inclusive_prefixes="xs xsi")),
    _signed("inclusive-default-prefix", Signing(inclusive_prefixes="#default")),
    # SAML Core section 5.4.3 allows both; without comments in the message they are the same.
    _signed(
        "canonicalized-with-comments",
        Signing(canonicalization=names.EXC_C14N_COMMENTS, transforms=(names.ENVELOPED, names.EXC_C14N_COMMENTS)),
    ),
    _signed("base64-in-lines", Signing(line_width=64)),
    _sha1("sha1-under-a-dated-exception", Signing(algorithm=names.RSA_SHA1, digest=names.SHA1)),
    _sha1("sha1-digest-under-a-dated-exception", Signing(digest=names.SHA1)),
)
