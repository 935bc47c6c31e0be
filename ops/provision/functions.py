"""The Lambda functions that `chalice deploy` makes. A test reads them from the application."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ops.provision.place import APP_NAME


@dataclass(frozen=True, slots=True)
class Function:
    """A function.

    Attributes:
        handler: Chalice's name for it.
        entries: the services' methods in which its work is done; what it asks of AWS is asked in there.
        silent_hours: hours without a run before an alarm; None if the runs depend on visitors.
    """

    handler: str
    entries: tuple[str, ...] = ()
    silent_hours: int | None = None

    def name(self, stage: str) -> str:
        """Lambda's name for it."""
        return f"{APP_NAME}-{stage}" if self == API else f"{APP_NAME}-{stage}-{self.handler}"

    def log_group(self, stage: str) -> str:
        """Where it logs."""
        return f"/aws/lambda/{self.name(stage)}"


API: Final = Function("api_handler")
SCHEDULED: Final = (
    Function(
        "refresh_metadata",
        (
            "chalicelib.connections.expiry.CertificateExpiryMonitor.run",
            "chalicelib.idp_metadata.refresh.MetadataRefresh.run",
        ),
        silent_hours=3,
    ),
    Function("cleanup_orphans", ("chalicelib.cleanup.service.OrphanCleanup.run",), silent_hours=3),
    Function("digest_audit_log", ("chalicelib.audit_log.digests.AuditDigests.run",), silent_hours=3),
    Function("rotate_keys", ("chalicelib.signing_keys.service.KeyRotation.run",), silent_hours=26),
)
FUNCTIONS: Final = (API, *SCHEDULED)

FOR_OPERATORS: Final = frozenset(
    {
        "chalicelib.signing_keys.service.KeyRotation.replace_compromised",
        "chalicelib.signing_keys.service.KeyRotation.step",
        "chalicelib.cleanup.service.OrphanCleanup.unknown_secrets",
    }
)
"""Actions that only operators' commands call with their own credentials; no function is allowed them."""
