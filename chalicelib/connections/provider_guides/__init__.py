"""Each identity provider's own terms, and where to click in its console."""

from __future__ import annotations

from functools import cache

from chalicelib.connections.model import Provider
from chalicelib.connections.provider_guides.guide import GuideStep, GuideTerm, ProviderGuide
from chalicelib.connections.provider_name import PROVIDER_NAMES

__all__ = ["GuideStep", "GuideTerm", "ProviderGuide", "guides"]


@cache
def guides() -> dict[Provider, ProviderGuide]:
    """Provider → guide, in the order in which the page shows them. Read on first use: only pages need the words."""
    from chalicelib.connections.provider_guides.cloud import CLOUD
    from chalicelib.connections.provider_guides.self_hosted import OTHER, SELF_HOSTED

    known = {**CLOUD, **SELF_HOSTED, Provider.OTHER: OTHER}
    return {provider: known[provider] for provider in PROVIDER_NAMES}
