"""A customer of the running product, made over its API, with the demo identity provider as theirs."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

import requests
from lxml import etree

from ops.local.launch import LocalRun

_PATIENCE = 20
_MD = "{urn:oasis:names:tc:SAML:2.0:metadata}"
_DS = "{http://www.w3.org/2000/09/xmldsig#}"


@dataclass(frozen=True)
class Customer:
    """An enterprise customer with a verified domain of its own.

    Attributes:
        url: of the organization, under /v1.
    """

    product: LocalRun
    url: str
    domain: str

    def connect(self) -> dict[str, Any]:
        """A connection to the demo identity provider, ready for its first sign-in."""
        made = self.call("POST", f"{self.url}/connections", {"name": "Demo"})
        etag = self.call("GET", f"{self.url}/connections/{made['id']}", raw=True).headers["ETag"]
        values = demo_identity_provider(self.product)
        return dict(self.call("PATCH", f"{self.url}/connections/{made['id']}", values, etag))

    def user(self, name: str, role: str = "member", password: str | None = None) -> str:
        """A person; their address."""
        email = f"{name}@{self.domain}"
        self.call("POST", f"{self.url}/users", {"email": email, "role": role, "password": password})
        return email

    def call(self, method: str, url: str, body: object = None, if_match: str = "", *, raw: bool = False) -> Any:
        """A call with the deployment's key that must succeed; the answer's document, or all of it."""
        return call(self.product, method, url, body, if_match, raw=raw)


def new_customer(product: LocalRun) -> Customer:
    """A customer that no other test knows."""
    domain = f"{secrets.token_hex(4)}.test"
    body = {"name": "Tester", "plan": "enterprise", "domains": [domain]}
    made = call(product, "POST", f"{product.base_url}/v1/organizations", body)
    return Customer(product, f"{product.base_url}/v1/organizations/{made['id']}", domain)


def call(
    product: LocalRun, method: str, url: str, body: object = None, if_match: str = "", *, raw: bool = False
) -> Any:
    """A call with the deployment's key that must succeed; the answer's document, or all of it."""
    headers = {"Authorization": f"Bearer {product.run['api_key']}"} | ({"If-Match": if_match} if if_match else {})
    answer = requests.request(method, url, json=body, headers=headers, timeout=_PATIENCE)
    assert answer.ok, answer.text
    return answer if raw else answer.json()


def demo_identity_provider(product: LocalRun) -> dict[str, Any]:
    """The values that an admin copies from the demo identity provider."""
    metadata = requests.get(product.run["demo_idp"]["metadata_url"], timeout=_PATIENCE).content
    descriptor = etree.fromstring(metadata)
    service = descriptor.find(f".//{_MD}SingleSignOnService")
    assert service is not None
    return {
        "identity_provider_url": service.get("Location"),
        "identity_provider_issuer": descriptor.get("entityID"),
        "x509_certificates": [descriptor.findtext(f".//{_DS}X509Certificate")],
    }
