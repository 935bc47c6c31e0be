"""Refusal codes of SAML responses."""

from __future__ import annotations

from enum import StrEnum


class RefusalCode(StrEnum):
    """The refusal codes of the HTTP contract."""

    SAML_MALFORMED = "saml_malformed"
    SAML_TOO_LARGE = "saml_too_large"
    SAML_UNSIGNED = "saml_unsigned"
    SAML_SIGNATURE_INVALID = "saml_signature_invalid"
    SAML_CERTIFICATE_MISMATCH = "saml_certificate_mismatch"
    SAML_WEAK_ALGORITHM = "saml_weak_algorithm"
    SAML_ISSUER_MISMATCH = "saml_issuer_mismatch"
    SAML_AUDIENCE_MISMATCH = "saml_audience_mismatch"
    SAML_DESTINATION_MISMATCH = "saml_destination_mismatch"
    SAML_RECIPIENT_MISMATCH = "saml_recipient_mismatch"
    SAML_NOT_YET_VALID = "saml_not_yet_valid"
    SAML_EXPIRED = "saml_expired"
    SAML_REPLAYED = "saml_replayed"
    SAML_NO_REQUEST = "saml_no_request"
    SAML_REQUEST_MISMATCH = "saml_request_mismatch"
    SAML_REQUEST_EXPIRED = "saml_request_expired"
    SAML_STATUS_NOT_SUCCESS = "saml_status_not_success"
    SAML_DECRYPTION_FAILED = "saml_decryption_failed"
    SAML_SUBJECT_MISSING = "saml_subject_missing"
    SUBJECT_MISMATCH = "subject_mismatch"
    EMAIL_MISSING = "email_missing"
    EMAIL_AMBIGUOUS = "email_ambiguous"
    EMAIL_DOMAIN_NOT_ALLOWED = "email_domain_not_allowed"
    USER_NOT_PROVISIONED = "user_not_provisioned"
    USER_DISABLED = "user_disabled"
    CONNECTION_NOT_CONFIGURED = "connection_not_configured"
    CONNECTION_DISABLED = "connection_disabled"
    ENTERPRISE_PLAN_REQUIRED = "enterprise_plan_required"
    SSO_DISABLED = "sso_disabled"
    TEMPORARILY_UNAVAILABLE = "temporarily_unavailable"


class ResponsibleParty(StrEnum):
    """The party that can resolve a refusal."""

    USER = "user"
    IDP_ADMIN = "idp_admin"
    ACCOUNT_ADMIN = "account_admin"
    SUPPORT = "support"
