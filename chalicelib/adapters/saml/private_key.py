"""Our own RSA keys, loaded once."""

from __future__ import annotations

from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key


@lru_cache(maxsize=8)
def private_key(pem: bytes) -> rsa.RSAPrivateKey:
    """The key, without the check that takes 50 ms: `domain/key_pair.checked` made it when the key was saved.

    Raises:
        TypeError: not an RSA key.
    """
    key = load_pem_private_key(pem, None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("our own keys are RSA")
    return key
