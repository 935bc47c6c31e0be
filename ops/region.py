"""The region that a command goes to."""

from __future__ import annotations

import os


def name_region() -> None:
    """Let AWS_REGION name it, as it does for AWS's own command and other SDKs; boto3 reads AWS_DEFAULT_REGION alone.

    For processes of ours, before the first client is made. A region that only a profile names stays.
    """
    if region := os.environ.get("AWS_REGION"):
        os.environ["AWS_DEFAULT_REGION"] = region
