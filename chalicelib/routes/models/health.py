"""Whether the deployment answers."""

from __future__ import annotations

from typing import Literal

from chalicelib.routes.models.body import ResponseModel


class HealthAnswer(ResponseModel):
    """The code runs; nothing else was asked."""

    status: Literal["ok"] = "ok"
