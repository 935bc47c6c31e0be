"""Converts certificates' facts to and from the DynamoDB items of connections and metadata checks."""

from __future__ import annotations

from chalicelib.aws.item import Item, instant, instant_of
from chalicelib.saml.certificate import CertificateFacts


def certificate_item(facts: CertificateFacts) -> Item:
    """Converts the facts of a certificate to an item."""
    optional: Item = {"sha1_signature": True} if facts.sha1_signature else {}
    if facts.key_sha256:
        optional["key_sha256"] = facts.key_sha256
    return {
        "sha256": facts.sha256,
        "subject": facts.subject,
        "issuer": facts.issuer,
        "not_before": instant(facts.not_before),
        "not_after": instant(facts.not_after),
        "key": facts.key,
    } | optional


def parse_certificate(item: Item) -> CertificateFacts:
    """Parses an item; the inverse of `certificate_item`."""
    return CertificateFacts(
        sha256=item["sha256"],
        subject=item["subject"],
        issuer=item["issuer"],
        not_before=instant_of(item, "not_before"),
        not_after=instant_of(item, "not_after"),
        key=item["key"],
        sha1_signature=item.get("sha1_signature", False),
        key_sha256=item.get("key_sha256", ""),
    )
