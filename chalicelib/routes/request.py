"""The request that is being handled."""

from __future__ import annotations

from typing import Final

from chalice.app import Blueprint, Request

FORM: Final = "application/x-www-form-urlencoded"


def request_of(blueprint: Blueprint) -> Request:
    """The current request.

    Raises:
        LookupError: none is being handled: a bug.
    """
    request = blueprint.current_request
    if request is None:
        raise LookupError("no request is being handled")
    return request
