"""The public address is settled before, and looked at after."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest

from ops.deploy.deploy_error import DeployError
from ops.deploy.deployment import Deployment, DeployOptions
from ops.deploy.parts import standard_parts
from ops.deploy.public_url import confirm_public_url, settle_public_url
from ops.deploy.stage import BASE_URL, Stage

URL = "https://sso.acme.io"


class Account(Deployment):
    """A deployment into an account whose function has one address after the other."""

    urls: tuple[str | None, ...] = ()

    def client(self, service: str) -> Any:
        """Of Lambda, with nothing but what is asked here."""
        url, self.urls = self.urls[0], self.urls[1:]

        def configuration(**_: str) -> dict[str, Any]:
            if url is None:
                raise LookupError
            return {"Environment": {"Variables": {BASE_URL: url}}}

        exceptions = SimpleNamespace(ResourceNotFoundException=LookupError)
        return SimpleNamespace(get_function_configuration=configuration, exceptions=exceptions)


def _account(*urls: str | None, configured: str = f"{URL}/", **wishes: Any) -> Account:
    stage = Stage("prod", "gatehouse", "api", "REGIONAL", {BASE_URL: configured}, None)
    made = Account(
        Path(), stage, boto3.Session(), standard_parts(), DeployOptions(**wishes), region="eu-west-1", rest_api="a1"
    )
    made.urls = urls
    return made


@pytest.mark.parametrize("before", [None, URL])
def test_a_first_address_and_the_same_again_are_taken(before: str | None) -> None:
    account = _account(before, URL)
    settle_public_url(account)
    confirm_public_url(account)
    assert account.base_url == URL


def test_the_gateways_own_address_is_made_of_its_id() -> None:
    account = _account(None, configured="auto")
    settle_public_url(account)
    assert account.base_url == "https://a1.execute-api.eu-west-1.amazonaws.com/api"
    account.region = "cn-north-1"
    assert account.invoke_url == "https://a1.execute-api.cn-north-1.amazonaws.com.cn/api"


def test_another_address_needs_a_word() -> None:
    with pytest.raises(DeployError, match="--change-url"):
        settle_public_url(_account("https://old.acme.io"))
    account = _account("https://old.acme.io", URL, change_url=True)
    settle_public_url(account)
    confirm_public_url(account)


def test_a_concurrent_change_of_the_address_is_detected() -> None:
    account = _account(URL, "https://other.acme.io")
    settle_public_url(account)
    with pytest.raises(DeployError, match=r"given https://other\.acme\.io"):
        confirm_public_url(account)
