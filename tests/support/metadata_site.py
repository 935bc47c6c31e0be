"""Addresses that answer, as far as services can tell."""

from __future__ import annotations

from typing import cast

from chalicelib.idp_metadata.address import FetchFailed, metadata_address
from chalicelib.idp_metadata.fetch import MetadataFetch
from tests.support.deployment import Deployment


class MetadataSite:
    """The content of each URL: bytes, or the error code of fetching it.

    Attributes:
        asked: every address that was fetched.
    """

    def __init__(self) -> None:
        self.pages: dict[str, bytes | str] = {}
        self.asked: list[str] = []

    def fetch(self, url: str) -> bytes:
        """Replaces `MetadataFetch.fetch`."""
        metadata_address(url, local=False)
        self.asked.append(url)
        answer = self.pages.get(url, "nothing_there")
        if isinstance(answer, str):
            raise FetchFailed(answer)
        return answer


def site_of(deployment: Deployment) -> MetadataSite:
    """The only site that this deployment reaches; call it before a service is used."""
    site = MetadataSite()
    deployment.container.__dict__["metadata_fetch"] = cast("MetadataFetch", site)
    return site
