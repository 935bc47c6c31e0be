"""Make what a stage needs in AWS before its first deployment, or find out what differs from it.

It speaks to AWS with the credentials and the region of the environment. Running it again changes nothing; a run that
was killed is completed by the next. Keys that are there are never replaced.
"""

from __future__ import annotations

import argparse
import json
import sys

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from ops.provision.provisioning import provision
from ops.region import name_region


def main(arguments: list[str] | None = None) -> int:
    """Print the report; the exit status is 1 if something is not as it must be."""
    parser = argparse.ArgumentParser(
        prog="python -m ops.provision", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--stage", required=True, help="of .chalice/config.json")
    parser.add_argument("--check", action="store_true", help="compare only, change nothing; exit status 1 on drift")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args(arguments)
    name_region()
    try:
        report = provision(options.stage, boto3.Session(), check=options.check)
    except (ValueError, BotoCoreError, ClientError) as error:
        print(error, file=sys.stderr)
        return 1
    print(json.dumps(report.document(), default=str) if options.json else "\n".join(report.lines()))
    return 0 if report.settled else 1


if __name__ == "__main__":
    sys.exit(main())
