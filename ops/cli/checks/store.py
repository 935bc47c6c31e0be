"""Checks that the stored data is protected and that the caller has the permissions for these commands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError
from cryptography import x509

from chalicelib.api_keys.store import every_api_key
from chalicelib.errors import Unavailable
from chalicelib.i18n.catalog import in_english
from chalicelib.organizations.domain_store import domain_lookup
from chalicelib.signing_keys.model import DeploymentKeys
from chalicelib.users.store import users_of
from ops.cli.checks.finding import CheckContext, CheckResult, failure, ok, warning
from ops.table import TTL_ATTRIBUTE

_SOON: Final = timedelta(days=365)
_DENIED: Final = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"})


def check_table(patient: CheckContext) -> Iterator[CheckResult]:
    """Checks the table and its protection. A missing permission to read it is a warning."""
    name, client = patient.container.settings.table_name, patient.dynamodb
    yield from _readable("table", "dynamodb:DescribeTable", lambda: _describe(client.describe_table, name))
    yield from _readable("TTL", "dynamodb:DescribeTimeToLive", lambda: _ttl(client.describe_time_to_live, name))
    yield from _readable(
        "point-in-time recovery",
        "dynamodb:DescribeContinuousBackups",
        lambda: _recovery(client.describe_continuous_backups, name),
    )


def check_keys(patient: CheckContext) -> Iterator[CheckResult]:
    """Checks that the deployment's keys exist, and when their certificates expire."""
    try:
        keys = patient.container.keys.load(patient.now)
    except Unavailable as error:
        advice = "Provision the stage, or allow secretsmanager:GetSecretValue on its keys."
        yield failure("our keys", error.private or in_english(error.public), advice)
        return
    ends = [x509.load_der_x509_certificate(der).not_valid_after_utc for der in _certificates(keys)]
    if not ends:
        yield warning("our keys", "the keys have no certificate", "Rotate them.")
        return
    until = min(ends)
    detail = f"the first of {len(ends)} certificates expires on {until:%Y-%m-%d}"
    if until <= patient.now:
        yield failure("our keys", detail, "Rotate the keys: identity providers that check dates refuse our requests.")
    elif until - patient.now <= _SOON:
        yield warning("our keys", detail, "Rotate the keys within the year: customers need time to load new metadata.")
    else:
        yield ok("our keys", detail)


def check_permissions(patient: CheckContext) -> Iterator[CheckResult]:
    """Tests the caller's permissions without changing anything."""
    table, secrets = patient.container.table, patient.container.certificates
    probes: dict[str, Callable[[], object]] = {
        "dynamodb:BatchGetItem": lambda: table.read(domain_lookup("doctor.invalid")),
        "dynamodb:Query": lambda: table.page(users_of("org_doctor"), limit=1),
        "dynamodb:Query on the index listing": lambda: table.page(every_api_key(), limit=1),
    }
    trusting = next((c for _, c in patient.connections if c.certificates), None)
    if trusting is not None:
        probes["secretsmanager:GetSecretValue on connections"] = lambda: secrets.load(trusting)
    for action, probe in probes.items():
        try:
            probe()
        except Unavailable as error:
            yield failure("permissions", f"{action}: {error.private}", f"Allow this caller {action.split()[0]}.")
            return
    yield ok("permissions", f"may {', '.join(probes)}")


def _describe(describe: Callable[..., Any], name: str) -> CheckResult:
    found = describe(TableName=name)["Table"]
    if found["TableStatus"] not in ("ACTIVE", "UPDATING"):
        return failure("table", f"{name} is {found['TableStatus']}", "Wait until it is ACTIVE, or restore it.")
    if not found.get("DeletionProtectionEnabled"):
        advice = "Switch deletion protection on: without it, one call deletes all customers."
        return failure("table", f"{name} exists, but is not protected from deletion", advice)
    return ok("table", f"{name} exists, and is protected from deletion")


def _ttl(describe: Callable[..., Any], name: str) -> CheckResult:
    found = describe(TableName=name)["TimeToLiveDescription"]
    if found.get("TimeToLiveStatus") in ("ENABLED", "ENABLING") and found.get("AttributeName") == TTL_ATTRIBUTE:
        return ok("TTL", f"on, by {TTL_ATTRIBUTE}")
    return failure("TTL", "off: expired items are kept forever", f"Switch it on for {TTL_ATTRIBUTE}.")


def _recovery(describe: Callable[..., Any], name: str) -> CheckResult:
    found = describe(TableName=name)["ContinuousBackupsDescription"]
    if found.get("PointInTimeRecoveryDescription", {}).get("PointInTimeRecoveryStatus") == "ENABLED":
        return ok("point-in-time recovery", "on")
    advice = "Switch it on: without it, deleted data can't be restored."
    return failure("point-in-time recovery", "off", advice)


def _readable(check: str, action: str, look: Callable[[], CheckResult]) -> Iterator[CheckResult]:
    try:
        yield look()
    except ClientError as error:
        if error.response["Error"]["Code"] not in _DENIED:
            raise
        yield warning(check, "this caller lacks the permission to read it", f"Allow {action} to enable the check.")


def _certificates(keys: DeploymentKeys) -> list[bytes]:
    return [pair.certificate for key_set in (keys.signing, keys.decryption) for pair in key_set.all if pair.certificate]


def run_guarded(check: Callable[[CheckContext], Iterator[CheckResult]], patient: CheckContext) -> Iterator[CheckResult]:
    """The check's findings; AWS not answering is one of them, and no reason to look at nothing else."""
    try:
        yield from check(patient)
    except (ClientError, BotoCoreError) as error:
        yield failure(check.__name__.removeprefix("check_"), str(error), "Compare region, credentials and stage.")
