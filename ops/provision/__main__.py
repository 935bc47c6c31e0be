"""Deploy what a stage needs in AWS before its first deployment, or show what that would change.

It uses the credentials and the region of the environment. Running it again changes nothing. Keys that exist are never
replaced.
"""

from __future__ import annotations

import argparse
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from ops.deploy_error import DeployError
from ops.provision.provisioning import Provisioning
from ops.provision.stack import Stack
from ops.region import name_region
from ops.stage import stage_of
from ops.stage_keys import ensure_keys


def main(arguments: list[str] | None = None) -> int:
    """Provision, or check; the exit status is 1 if something failed or, with --check, differs."""
    options = _options(arguments)
    name_region()
    try:
        stage = stage_of(options.project, options.stage)
        session = _session()
        stack = Stack(session.client("cloudformation"), stage.stack, time.sleep)
        run = Provisioning(stage, session, stack, print, dict(options.parameter), options.rest_api)
        if options.keys_only:
            ensure_keys(session.client("secretsmanager"), stage.keys_secret, datetime.now(UTC))
            return 0
        if options.check:
            return 0 if run.check() else 1
        run.run(options.project, datetime.now(UTC))
    except DeployError as stopped:
        print(f"\nNot provisioned: {stopped.reason}\nNext: {stopped.remedy}", file=sys.stderr)
        return 1
    except (BotoCoreError, ClientError) as error:
        print(f"\nNot provisioned: {error}\nNext: Correct that and repeat the command.", file=sys.stderr)
        return 1
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m ops.provision", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--stage", required=True, help="of .chalice/config.json")
    parser.add_argument("--check", action="store_true", help="show changes and drift only; exit status 1 if any")
    parser.add_argument(
        "--parameter", action="append", default=[], type=_pair, metavar="NAME=VALUE", help="of the template"
    )
    parser.add_argument("--keys-only", action="store_true", help="make the first keys alone, in a stack of your own")
    parser.add_argument("--rest-api", metavar="ID", help="an existing REST API that a new stack takes over")
    parser.add_argument("--project", type=Path, default=Path(), help="the folder with app.py")
    return parser.parse_args(arguments)


def _session() -> boto3.Session:
    session = boto3.Session()
    if not session.region_name:
        raise DeployError("No region is named.", "Set AWS_REGION, for example to eu-west-1.")
    return session


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name, value


if __name__ == "__main__":
    sys.exit(main())
