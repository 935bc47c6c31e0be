"""Whether the deployment answers."""

from __future__ import annotations

from typing import Literal

from chalicelib.routes.models.body import Answer


class HealthAnswer(Answer):
    """The code runs; nothing else was asked."""

    status: Literal["ok"] = "ok"
