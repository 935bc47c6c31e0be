"""Every thing of the operator's command, in the order in which help lists them. A new one is one line here."""

from __future__ import annotations

from typing import Final

from ops.cli.checks.runner import DOCTOR
from ops.cli.command import Command, CommandGroup
from ops.cli.commands.api_keys import KEY
from ops.cli.commands.attempts import ATTEMPT
from ops.cli.commands.audit_log import AUDIT
from ops.cli.commands.certificates import CERTIFICATE
from ops.cli.commands.cleanup import CLEANUP
from ops.cli.commands.connections import CONNECTION
from ops.cli.commands.login_policy import POLICY
from ops.cli.commands.organizations import ORGANIZATION
from ops.cli.commands.users import USER
from ops.cli.import_export.export_command import EXPORT
from ops.cli.import_export.import_command import IMPORT
from ops.cli.migrate.migrate import MIGRATE

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
