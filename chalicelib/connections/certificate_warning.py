"""Warnings about accepted certificates: their dates, and the hash algorithm of their own signature."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chalicelib.i18n.message import Message, message
from chalicelib.saml.certificate import SOON, CertificateFacts


@dataclass(frozen=True, slots=True)
class CertificateWarning:
    """A warning about an accepted certificate.

    Attributes:
        sha256: the certificate's fingerprint.
        code: expired, not_yet_valid, expires_soon or sha1_signature.
        message: what it means, and what to do.
    """

    sha256: str
    code: str
    message: Message


def warnings_for(facts: CertificateFacts, now: datetime) -> tuple[CertificateWarning, ...]:
    """Returns at most one warning about the certificate's dates and one about its signature."""
    found = []
    if facts.has_expired(now):
        found.append(("expired", message("fault.remark.expired", day=f"{facts.not_after:%Y-%m-%d}")))
    elif now < facts.not_before:
        found.append(("not_yet_valid", message("fault.remark.not_yet", day=f"{facts.not_before:%Y-%m-%d}")))
    elif facts.not_after - now <= SOON:
        found.append(("expires_soon", message("fault.remark.expires_soon", day=f"{facts.not_after:%Y-%m-%d}")))
    if facts.sha1_signature:
        found.append(("sha1_signature", message("fault.remark.sha1_signature")))
    return tuple(CertificateWarning(facts.sha256, code, said) for code, said in found)
