"""DynamoDB items of metadata checks.

CONN#{connection_id} / METADATA   the last check, kept 60 days; separate from the connection's item, so that it can't
                                  change what the connection trusts
"""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from typing import Final

from chalicelib.aws.certificate_item import certificate_item, parse_certificate
from chalicelib.aws.dynamodb import Lookup
from chalicelib.aws.item import Item, Key, instant, instant_of, is_expired, optional_instant_of, seconds
from chalicelib.aws.transaction import Write, put
from chalicelib.i18n.message import Message, message_from_item, message_to_item
from chalicelib.idp_metadata.import_error import usual_message
from chalicelib.idp_metadata.model import MetadataCheck
from chalicelib.saml.certificate import Certificate

RETENTION: Final = timedelta(days=60)


def metadata_check_lookup(connection_id: str, now: datetime) -> Lookup[MetadataCheck]:
    """Looks up the last metadata check of a connection."""
    return Lookup(_key(connection_id), lambda item: None if is_expired(item, now) else _parse(item))


def record_metadata_check(check: MetadataCheck) -> Write:
    """Stores a check. Of two concurrent checks, either may win."""
    item = {
        "id": check.connection_id,
        "metadata_url": check.metadata_url,
        "at": instant(check.at),
        "code": check.code,
        "message": message_to_item(check.message) if check.message else None,
        "succeeded_at": instant(check.succeeded_at),
        "found": [_certificate_item(certificate) for certificate in check.found],
        "missing": list(check.missing),
        "sso_url": check.sso_url,
        "once_trusted": list(check.once_trusted),
        "expires_at": seconds(check.at + RETENTION),
    }
    return put(_key(check.connection_id), item)


def _key(connection_id: str) -> Key:
    return Key(f"CONN#{connection_id}", "METADATA")


def _certificate_item(certificate: Certificate) -> Item:
    return certificate_item(certificate.facts) | {"der": base64.b64encode(certificate.der).decode()}


def _message(item: Item) -> Message | None:
    """Parses why the check failed; older items have an English sentence besides the code."""
    if "message" in item:
        return message_from_item(item["message"])
    return usual_message(item["code"]) if "code" in item else None


def _parse(item: Item) -> MetadataCheck:
    return MetadataCheck(
        connection_id=item["id"],
        metadata_url=item["metadata_url"],
        at=instant_of(item, "at"),
        code=item.get("code"),
        message=_message(item),
        succeeded_at=optional_instant_of(item, "succeeded_at"),
        found=tuple(Certificate(parse_certificate(c), base64.b64decode(c["der"])) for c in item["found"]),
        missing=tuple(item["missing"]),
        sso_url=item.get("sso_url"),
        once_trusted=tuple(item.get("once_trusted", ())),
    )
