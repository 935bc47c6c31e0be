"""What `make deploy` calls: the slim package, the table and our keys where they are missing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from chalicelib.container import Container
from chalicelib.settings import Settings
from ops.deploy.deployment import Parts
from ops.deploy.stage import Stage
from ops.deploy.stopped import Stopped
from ops.package.build import build
from ops.package.failure import PackagingFailed
from ops.stage_keys import ensure_keys
from ops.table import create_table

if TYPE_CHECKING:
    import boto3


def standard_parts() -> Parts:
    """The parts of a real deployment."""
    return Parts(build=_build, provision=_provision, render=_render)


def _build(project: Path, stage: str) -> Path:
    try:
        return build(project, stage)
    except PackagingFailed as failure:
        raise Stopped(
            f"There is no package: {failure}", "Nothing was deployed. docs/packaging.md says more."
        ) from failure


def _provision(stage: Stage, session: boto3.Session, *, check: bool) -> str:
    settings = Settings(base_url="https://automatic.invalid", stage=stage.name)
    table, secrets = session.client("dynamodb"), session.client("secretsmanager")
    if settings.table_name not in table.list_tables()["TableNames"] and not check:
        create_table(table, settings.table_name)
    ensure_keys(Container(settings, lambda: table, lambda: secrets))
    return f"table {settings.table_name}, keys {settings.secret_prefix}"


def _render(project: Path, stage: Stage, account: str, region: str) -> None:
    """The policies name no account yet."""
