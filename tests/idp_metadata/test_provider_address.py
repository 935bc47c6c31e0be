"""An address copied from a browser during a sign-in is no identity provider's address."""

from __future__ import annotations

import pytest

from chalicelib.idp_metadata.provider_address import is_sign_in_link

ADDRESS = "https://idp.example.com/sso"


@pytest.mark.parametrize(
    "query",
    [
        "SAMLRequest=fZBB",
        "SAMLResponse=PHNh",
        "SAMLart=AAQ",
        "samlrequest=fZBB",
        "RelayState=x",
        "RelayState",
        "idpid=C01&RelayState=%2F",
        "idpid=C01;SAMLRequest=fZBB",
        "SigAlg=http%3A%2F%2Fwww.w3.org%2F2001%2F04%2Fxmldsig-more%23rsa-sha256&Signature=AAAA",
        "Signature=AAAA&a=b&SigAlg=x",
    ],
)
def test_an_address_with_a_message_or_its_parameters_is_of_one_sign_in(query: str) -> None:
    assert is_sign_in_link(f"{ADDRESS}?{query}")


@pytest.mark.parametrize(
    "address",
    [
        ADDRESS,
        f"{ADDRESS}?idpid=C01",
        f"{ADDRESS}?SigAlg=x",
        f"{ADDRESS}?signature=x",
        f"{ADDRESS}?return=SAMLRequest",
        f"{ADDRESS}/SAMLRequest=x",
        f"{ADDRESS}#SAMLRequest=x",
        "https://[",
    ],
)
def test_another_address_is_of_no_sign_in(address: str) -> None:
    assert not is_sign_in_link(address)
