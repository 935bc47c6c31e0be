from __future__ import annotations

import pytest

from chalicelib.saml.keys import private_key
from tests.support.identity_provider import key


def test_a_key_is_loaded_once() -> None:
    assert private_key(key("acme").private_pem) is private_key(key("acme").private_pem)


def test_a_key_that_is_not_rsa_is_none_of_ours() -> None:
    with pytest.raises(TypeError):
        private_key(key("p256").private_pem)
