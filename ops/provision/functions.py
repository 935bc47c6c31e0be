"""The Lambda functions that `chalice deploy` makes. A test reads them from the application."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Function:
    """A function.

    Attributes:
        handler: Chalice's name for it.
        entries: the services' methods in which its work is done; what it asks of AWS is asked in there.
    """

    handler: str
    entries: tuple[str, ...] = ()

    def name(self, api: str) -> str:
        """Lambda's name for it.

        Args:
            api: the name of the stage's function behind the API.
        """
        return api if self == API else f"{api}-{self.handler}"

    @property
    def role_output(self) -> str:
        """The data plane's output with the ARN of its role."""
        return "".join(word.capitalize() for word in self.handler.split("_")) + "Role"


API: Final = Function("api_handler")
SCHEDULED: Final = (
    Function(
        "refresh_metadata",
        (
            "chalicelib.connections.expiry.CertificateExpiryMonitor.run",
            "chalicelib.idp_metadata.refresh.MetadataRefresh.run",
        ),
    ),
    Function("cleanup_orphans", ("chalicelib.cleanup.service.OrphanCleanup.run",)),
    Function("digest_audit_log", ("chalicelib.audit_log.digest_run.AuditDigests.run",)),
    Function("rotate_keys", ("chalicelib.signing_keys.service.KeyRotation.run",)),
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
