"""Deploys one stage: python -m ops.deploy --stage prod

Everything that it does can be repeated. The REST API belongs to the stage's data plane, so the address stays the same.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import boto3
from botocore.exceptions import BotoCoreError, ClientError, ProfileNotFound

from ops.deploy.deployment import Deployment, DeployOptions, DeploySteps
from ops.deploy.progress import Progress
from ops.deploy.steps import DELETE, DEPLOY, Step
from ops.deploy_error import DeployError
from ops.package.build import build
from ops.package.failure import PackagingError
from ops.region import name_region
from ops.stage import stage_of


def main(arguments: Sequence[str] | None = None, parts: DeploySteps | None = None, project: Path | None = None) -> int:
    """Deploy, or delete; the exit status."""
    options = _options(arguments)
    if options.delete and options.confirm != options.stage:
        print(f"Deleting takes the stage offline. Say so: CONFIRM={options.stage} (--confirm)")
        return 2
    steps = DELETE if options.delete else DEPLOY
    progress = Progress(sys.stdout, len(steps))
    name_region()
    try:
        deployment = Deployment(
            project=project or Path.cwd(),
            stage=stage_of(project or Path.cwd(), options.stage),
            session=boto3.Session(),
            parts=parts or DeploySteps(_build),
            wishes=_wishes(options),
            say=progress.say,
            warn=progress.warn,
        )
        carry_out(deployment, steps, progress, dry_run=options.dry_run)
    except DeployError as stopped:
        return _complain(stopped, options)
    except ProfileNotFound as error:
        return _complain(DeployError(f"{error}.", "Set AWS_PROFILE to one of your profiles, or unset it."), options)
    except (BotoCoreError, ClientError) as error:
        remedy = "Correct that and repeat the command: nothing is done twice."
        return _complain(DeployError(f"AWS refused: {error}.", remedy), options)
    except KeyboardInterrupt:
        return _complain(
            DeployError("Interrupted.", "Repeat the command: what is done already is found again."), options
        )
    print(f"\n{_ending(deployment, options)}")
    return 0


def _build(project: Path, stage: str) -> Path:
    try:
        return build(project, stage)
    except PackagingError as failure:
        raise DeployError(
            f"There is no package: {failure}", "Nothing was deployed. docs/packaging.md says more."
        ) from failure


def _ending(deployment: Deployment, options: argparse.Namespace) -> str:
    if options.dry_run:
        return "A dry run: nothing was changed."
    if options.delete:
        return f"Stage {options.stage} is deleted. Its address, table, secrets, logs and alarms stay (docs/deploy.md)."
    return f"Stage {options.stage} is deployed: {deployment.base_url}"


def carry_out(deployment: Deployment, steps: Sequence[Step], progress: Progress, *, dry_run: bool) -> None:
    """Run the steps in their order; of a dry run's, those that change nothing.

    Raises:
        DeployError: a step can't go on.
    """
    for step in steps:
        with progress.step(step.name, step.description):
            if not dry_run:
                step.run(deployment)
            elif step.look:
                step.look(deployment)
            else:
                progress.say("(dry run: not done)")


def _wishes(options: argparse.Namespace) -> DeployOptions:
    return DeployOptions(
        base_url=options.base_url,
        change_url=options.change_url,
        change_runtime=options.change_runtime,
        smoke_at=options.smoke_at,
        connection=options.connection,
    )


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m ops.deploy", description=__doc__)
    parser.add_argument("--stage", required=True, help="one of .chalice/config.json")
    parser.add_argument("--dry-run", action="store_true", help="show each step and look, but change nothing")
    parser.add_argument("--base-url", metavar="URL", help="public address, in place of the configured one")
    parser.add_argument("--change-url", action="store_true", help="let the public address differ from the one so far")
    parser.add_argument("--change-runtime", action="store_true", help="let the functions' Python version change")
    parser.add_argument("--connection", metavar="ID", help="let the smoke test read this connection's metadata too")
    parser.add_argument("--smoke-at", metavar="URL", help="send the smoke test there, not to API Gateway's own address")
    parser.add_argument(
        "--delete", action="store_true", help="delete functions, schedules and API stage; data and address stay"
    )
    parser.add_argument("--confirm", metavar="STAGE", help="with --delete: the stage's name once more")
    return parser.parse_args(arguments)


def _complain(stopped: DeployError, options: argparse.Namespace) -> int:
    undone = "deleted" if options.delete else "deployed"
    print(f"\nNot {undone}: {stopped.reason}\nNext: {stopped.remedy}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
