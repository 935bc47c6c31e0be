"""Key pairs of the service provider: for signing AuthnRequests and for decrypting assertions."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A private key (PEM, PKCS #8, unencrypted) and its self-signed certificate (DER)."""

    private_key: bytes = field(repr=False)
    certificate: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class PublishedKeys:
    """The keys in the published metadata, each list with the current pair first."""

    signing: tuple[KeyPair, ...]
    decryption: tuple[KeyPair, ...]
