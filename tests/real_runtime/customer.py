"""A customer of the deployed product, made by operator and API as a SaaS company makes one."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

import requests
from lxml import etree

from tests.real_runtime.conftest import DeployedProduct

_PATIENCE = 60
_DS = "{http://www.w3.org/2000/09/xmldsig#}"


@dataclass(frozen=True)
class DeployedCustomer:
    """An enterprise customer with an admin who was invited.

    Attributes:
        link: the admin's invitation.
        key: the deployment's API key.
    """

    product: DeployedProduct
    organization_id: str
    domain: str
    link: str
    key: str

    def call(self, method: str, path: str, body: object = None, if_match: str = "") -> requests.Response:
        """A call with the deployment's key."""
        headers = {"Authorization": f"Bearer {self.key}"} | ({"If-Match": if_match} if if_match else {})
        url = f"{self.product.url}/v1{path}"
        authority = str(self.product.authority)
        return requests.request(method, url, json=body, headers=headers, timeout=_PATIENCE, verify=authority)

    def connect(self) -> dict[str, Any]:
        """A connection to the identity provider, ready for its first sign-in."""
        connections = f"/organizations/{self.organization_id}/connections"
        made = self.call("POST", connections, {"name": "Acme's"})
        assert made.status_code == 201, made.text
        one = f"{connections}/{made.json()['id']}"
        etag = self.call("GET", one).headers["ETag"]
        changed = self.call("PATCH", one, identity_provider_values(self.product), etag)
        assert changed.ok, changed.text
        return dict(changed.json())


def new_customer(product: DeployedProduct) -> DeployedCustomer:
    """A customer that no other test knows."""
    domain = f"{secrets.token_hex(4)}.test"
    made = product.operate("organization", "create", "--name", "Acme", "--admin", f"admin@{domain}", "--domain", domain)
    key = product.operate("key", "create")["api_key"]
    return DeployedCustomer(product, made["organization_id"], domain, made["link"], key)


def identity_provider_values(product: DeployedProduct) -> dict[str, Any]:
    """The values that an admin copies from the identity provider."""
    descriptor = etree.fromstring(product.identity_provider.metadata())
    return {
        "identity_provider_url": product.identity_provider.sso_url,
        "identity_provider_issuer": product.identity_provider.entity_id,
        "x509_certificates": [descriptor.findtext(f".//{_DS}X509Certificate")],
    }
