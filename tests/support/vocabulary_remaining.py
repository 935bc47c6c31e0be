"""Files that still use banned words (`tests/support/vocabulary.py`). Entries are only ever removed."""

from __future__ import annotations

from typing import Final

REMAINING: Final[frozenset[str]] = frozenset(
    {
        "README.md",
        "chalicelib/api_keys/model.py",
        "chalicelib/api_keys/service.py",
        "chalicelib/audit_log/digest_store.py",
        "chalicelib/audit_log/fault.py",
        "chalicelib/audit_log/store.py",
        "chalicelib/audit_log/verification.py",
        "chalicelib/cold_start.py",
        "chalicelib/connections/provider_guides/__init__.py",
        "chalicelib/connections/provider_guides/cloud.py",
        "chalicelib/connections/provider_guides/guide.py",
        "chalicelib/http/api_auth.py",
        "chalicelib/i18n/locales/en/fault.json",
        "chalicelib/i18n/locales/en/guide.json",
        "chalicelib/i18n/locales/en/password.json",
        "chalicelib/login_policy/discovery.py",
        "chalicelib/login_policy/impact.py",
        "chalicelib/login_policy/pages.py",
        "chalicelib/login_policy/sso_offer.py",
        "chalicelib/login_policy/submit_email.py",
        "chalicelib/passwords/common_passwords.py",
        "chalicelib/sign_in/arrival_pages.py",
        "chalicelib/sign_in/authn_state.py",
        "chalicelib/sign_in/provisioning.py",
        "chalicelib/users/model.py",
        "chalicelib/users/query.py",
        "docs/api.md",
        "docs/architecture.md",
        "docs/audit.md",
        "docs/faults.md",
        "docs/operations.md",
        "docs/operator.md",
        "docs/packaging.md",
        "docs/performance.md",
        "docs/runbook.md",
        "docs/scale.md",
        "docs/security.md",
    }
)
