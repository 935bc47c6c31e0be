"""The parts that `make deploy` calls: provisioning, the policies and the slim package."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ops.deploy.deploy_error import DeployError
from ops.deploy.deployment import DeploySteps
from ops.deploy.stage import Stage
from ops.package.build import build
from ops.package.failure import PackagingError
from ops.provision.permissions import write_policies
from ops.provision.provisioning import provision

if TYPE_CHECKING:
    import boto3


def standard_parts() -> DeploySteps:
    """The parts of a real deployment."""
    return DeploySteps(build=_build, provision=_provision, render=write_policies)


def _build(project: Path, stage: str) -> Path:
    try:
        return build(project, stage)
    except PackagingError as failure:
        raise DeployError(
            f"There is no package: {failure}", "Nothing was deployed. docs/packaging.md says more."
        ) from failure


def _provision(stage: Stage, session: boto3.Session, *, check: bool) -> str:
    try:
        report = provision(stage.name, session, check=check)
    except ValueError as error:
        raise DeployError(str(error), "Put that right and repeat the command; docs/operations.md says more.") from error
    if not (check or report.settled):
        raise DeployError(
            f"The data plane is not as it must be: {'; '.join(report.lines())}", "docs/operations.md says more."
        )
    return "\n".join(report.lines())
