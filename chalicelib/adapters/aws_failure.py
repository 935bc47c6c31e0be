"""How boto3 says that a call failed. Named only when one did: importing it costs a page that calls nothing 20 ms."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from botocore.exceptions import BotoCoreError, ClientError


def aws_failures() -> tuple[type[ClientError], type[BotoCoreError]]:
    """For `except aws_failures()`: what AWS refused, and calls that never reached it."""
    from botocore.exceptions import BotoCoreError, ClientError

    return ClientError, BotoCoreError
