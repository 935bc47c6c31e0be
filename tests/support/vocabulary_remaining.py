"""Files that still use banned words (`tests/support/vocabulary.py`). Entries are only ever removed."""

from __future__ import annotations

from typing import Final

REMAINING: Final[frozenset[str]] = frozenset(
    {
        "chalicelib/api_keys/service.py",
        "chalicelib/audit_log/digest_store.py",
        "chalicelib/audit_log/fault.py",
        "chalicelib/audit_log/store.py",
        "chalicelib/audit_log/verification.py",
        "chalicelib/login_policy/discovery.py",
        "chalicelib/login_policy/impact.py",
        "chalicelib/login_policy/pages.py",
        "chalicelib/login_policy/sso_offer.py",
        "chalicelib/login_policy/submit_email.py",
        "chalicelib/sign_in/arrival_pages.py",
        "chalicelib/sign_in/provisioning.py",
        "chalicelib/users/query.py",
        "docs/api.md",
        "docs/operations.md",
        "docs/packaging.md",
        "docs/performance.md",
        "docs/scale.md",
    }
)
