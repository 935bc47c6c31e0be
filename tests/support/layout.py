"""The layout's rule as data: which role a module has, by its file name (docs/architecture.md)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

SHARED: Final = frozenset({"aws", "http", "i18n", "saml"})
"""Packages that know no capability."""

RANKS: Final = {"model": 0, "store": 1, "service": 2, "web": 3}

MODELS: Final = {
    "actor",
    "address",
    "authn_state",
    "browser",
    "certificate_key",
    "certificate_name",
    "certificate_parsing",
    "certificate_text",
    "certificate_warning",
    "common_passwords",
    "copied_text",
    "days",
    "der_elements",
    "decoded_text",
    "detect",
    "digest",
    "email_address",
    "events",
    "expiry_notice",
    "fault",
    "filter",
    "fingerprint",
    "guidance",
    "hexadecimal",
    "import_error",
    "key_pair",
    "known_browser",
    "misdirected_message",
    "model",
    "new_key",
    "present_session",
    "provider_address",
    "provider_console",
    "provider_name",
    "public_address",
    "public_email_domains",
    "refusal_check",
    "refusal_variant",
    "remembered_account",
    "removed_certificates",
    "report",
    "rotation",
    "shards",
    "signature",
    "signed_in",
    "snapshot",
    "user_attributes",
    "verification",
    "sso_offer",
}
STORES: Final = {
    "audited_table",
    "cache",
    "deleted_store",
    "digest_store",
    "domain_store",
    "expiry_store",
    "external_id_store",
    "fetch",
    "hashing",
    "rejection_rate_limit",
    "replay_cache",
    "secrets",
    "store",
    "subject_store",
    "takeover_store",
    "test_link_store",
    "timed_socket",
}
WEB: Final = {
    "actions",
    "admin_pages",
    "api",
    "arrival_pages",
    "certificate_schemas",
    "chart",
    "configuration_form",
    "connection_page",
    "email_form",
    "form",
    "import_form",
    "inspector_pages",
    "last_change",
    "login_pages",
    "mapping_page",
    "misdirected_page",
    "pages",
    "pending_api",
    "pending_schemas",
    "query",
    "refusal_page",
    "schemas",
    "sent_request_page",
    "submit_email",
    "testing_page",
    "testing_schemas",
    "user_page",
}


def package_of(module: str) -> str:
    """The capability or shared package of `chalicelib.package.file`; "" for modules at the root."""
    parts = module.split(".")
    return parts[1] if len(parts) > 2 else ""


def role_of(module: str) -> str | None:
    """The role of a capability's module; None for packages, the root and shared packages."""
    parts = module.split(".")
    if len(parts) < 3 or parts[0] != "chalicelib" or parts[1] in SHARED:
        return None
    if parts[2] == "provider_guides":
        return "model"
    stem = parts[2]
    if stem in MODELS:
        return "model"
    if stem in STORES or stem.endswith("_store"):
        return "store"
    if stem in WEB or stem.endswith(("_api", "_schemas", "_page", "_pages", "_form")):
        return "web"
    return "service"


def files_of(role: str) -> Iterator[Path]:
    """The capabilities' files that have this role."""
    for path in sorted(Path("chalicelib").rglob("*.py")):
        if role_of(".".join(path.with_suffix("").parts)) == role:
            yield path
