"""Sign-ins through SimpleSAMLphp, and the settings that it takes for them."""

from __future__ import annotations

from typing import Any

import requests
from lxml import etree

from ops.local.launch import LocalRun
from tests.support.customer import call
from tests.support.visitor import Seen, Visitor


def sign_in(person: Visitor, connection: dict[str, Any], name: str, return_to: str = "") -> Seen:
    """To SimpleSAMLphp, through its password page, and back."""
    asked = person.open(connection["login_url"] + (f"?return_to={return_to}" if return_to else ""))
    answered = person.submit(asked, username=name, password=f"{name}-secret")
    return person.submit(answered, action="/acs")


_NAMES = {"md": "urn:oasis:names:tc:SAML:2.0:metadata", "ds": "http://www.w3.org/2000/09/xmldsig#"}


def published_keys(metadata_url: str) -> list[dict[str, Any]]:
    """The keys of our metadata in SimpleSAMLphp's form."""
    metadata = etree.fromstring(requests.get(metadata_url, timeout=20).content)
    return [
        {
            "type": "X509Certificate",
            "encryption": descriptor.get("use") == "encryption",
            "signing": descriptor.get("use") == "signing",
            "X509Certificate": descriptor.findtext(".//ds:X509Certificate", namespaces=_NAMES),
        }
        for descriptor in metadata.iterfind(".//md:KeyDescriptor", _NAMES)
    ]


def demanding_signatures(metadata_url: str) -> dict[str, Any]:
    return {"keys": published_keys(metadata_url), "validate.authnrequest": True}


def attempts(product: LocalRun, connection: dict[str, Any]) -> list[str | None]:
    """The codes of the connection's attempts, newest first; None for a sign-in."""
    where = f"{product.base_url}/v1/organizations/{connection['organization_id']}/connections/{connection['id']}"
    return [one["code"] for one in call(product, "GET", f"{where}/sign-in-attempts")["data"]]
