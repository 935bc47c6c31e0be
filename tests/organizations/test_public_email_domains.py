"""Domains that no organization can have."""

from __future__ import annotations

import pytest

from chalicelib.organizations.public_email_domains import PUBLIC_MAIL, is_public_domain
from chalicelib.users.email_address import canonical_domain


@pytest.mark.parametrize(
    "domain", ["gmail.com", "web.de", "co.uk", "com.br", "github.io", "appspot.com", "s3.amazonaws.com"]
)
def test_what_is_open_to_strangers_is_public(domain: str) -> None:
    assert is_public_domain(domain)


@pytest.mark.parametrize(
    "domain", ["acme.test", "acme.com", "acme.co.uk", "acme.github.io", "mail.gmail.com", "acme.unheard-of"]
)
def test_what_belongs_to_one_owner_is_not(domain: str) -> None:
    assert not is_public_domain(domain)


def test_every_listed_domain_is_in_its_canonical_form() -> None:
    assert all(canonical_domain(domain) == domain for domain in PUBLIC_MAIL)
    assert len(PUBLIC_MAIL) > 90
