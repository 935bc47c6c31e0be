"""Every thing of the operator's command, in the order in which help lists them. A new one is one line here."""

from __future__ import annotations

from typing import Final

from ops.operator.api_key import KEY
from ops.operator.attempt import ATTEMPT
from ops.operator.audit import AUDIT
from ops.operator.certificate import CERTIFICATE
from ops.operator.command import Command, CommandGroup
from ops.operator.connection import CONNECTION
from ops.operator.doctor.examination import DOCTOR
from ops.operator.migration.migrate import MIGRATE
from ops.operator.organization import ORGANIZATION
from ops.operator.policy import POLICY
from ops.operator.tidy import CLEANUP
from ops.operator.transfer.arrival import IMPORT
from ops.operator.transfer.departure import EXPORT
from ops.operator.user import USER

COMMAND_GROUPS: Final[tuple[CommandGroup | Command, ...]] = (
    ORGANIZATION,
    USER,
    CONNECTION,
    CERTIFICATE,
    ATTEMPT,
    AUDIT,
    POLICY,
    KEY,
    DOCTOR,
    CLEANUP,
    EXPORT,
    IMPORT,
    MIGRATE,
)
