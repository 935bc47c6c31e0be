"""The title and explanation of every error code, served at `/problems/{code}`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class ProblemType:
    """A problem type (RFC 9457 section 4): a short title and an explanation."""

    title: str
    explanation: str


PROBLEM_TYPES: Final[dict[str, ProblemType]] = {
    code: ProblemType(title, explanation)
    for code, title, explanation in (
        # Request content
        ("malformed_json", "Unreadable JSON", "The body is not one JSON document in UTF-8. Nothing was changed."),
        ("bad_request", "Bad request", "The request can't be read. Check its headers and its body."),
        (
            "unsupported_media_type",
            "Unsupported media type",
            "The body's Content-Type is not one that this path takes. The API takes application/json.",
        ),
        ("unreadable_form", "Unreadable form", "The posted form can't be read. Load the page again."),
        ("body_too_large", "Body too large", "The body is larger than this path takes."),
        (
            "invalid_request",
            "Invalid request",
            "Some fields can't be used as they are. `errors` names each by a JSON pointer and says what to change.",
        ),
        (
            "invalid_cursor",
            "Invalid cursor",
            "`after` must be the value of `list_metadata.after` of the page before.",
        ),
        (
            "unknown_parameter",
            "Unknown query parameter",
            "This list has no such parameter, or it was sent twice. `errors` names each; nothing is ignored.",
        ),
        ("no_metadata_url", "No metadata address", "The connection has no metadata address that could be read again."),
        ("not_found", "Not found", "There is no such thing, or it is not yours."),
        ("method_not_allowed", "Method not allowed", "The path exists. The Allow header lists what can be done there."),
        (
            "acs_wants_post",
            "The assertion consumer service takes HTTP-POST",
            (
                "This is the assertion consumer service (ACS URL). It takes a SAML Response that a browser posts. At "
                "the identity provider, set the response binding of this application to HTTP-POST."
            ),
        ),
        (
            "acs_wants_form",
            "The assertion consumer service takes a form",
            (
                "This is the assertion consumer service (ACS URL). It takes application/x-www-form-urlencoded with the "
                "field SAMLResponse, as the HTTP-POST binding has it. At the identity provider, set the response "
                "binding of this application to HTTP-POST."
            ),
        ),
        (
            "acs_got_logout",
            "Logout message at the assertion consumer service",
            (
                "A logout message arrived at the assertion consumer service (ACS URL). At the identity provider, clear "
                "the logout URL (single logout service) of this application, or set it to the one in our metadata. The "
                "ACS URL belongs in the field for the sign-in response only."
            ),
        ),
        (
            "acs_got_request",
            "Request at the assertion consumer service",
            (
                "A SAML request arrived at the assertion consumer service (ACS URL), which takes responses. The "
                "ACS URL was entered as an identity provider's sign-in address: enter the identity provider's own."
            ),
        ),
        (
            "acs_got_artifact",
            "Artifact at the assertion consumer service",
            (
                "The identity provider sent an artifact (HTTP-Artifact) in place of a SAML Response. At the identity "
                "provider, set the response binding of this application to HTTP-POST."
            ),
        ),
        # Authentication and authorization
        ("not_signed_in", "Not signed in", "Send an API key as `Authorization: Bearer gh_…`, or sign in."),
        (
            "invalid_api_key",
            "Invalid API key",
            "The key in the Authorization header is not one of this deployment, or it has expired.",
        ),
        (
            "insufficient_scope",
            "Insufficient scope",
            "This API key was made for other things. The detail names what it lacks.",
        ),
        (
            "wrong_credentials",
            "Wrong email address or password",
            "They don't match. Try again, or use SSO.",
        ),
        (
            "csrf_failed",
            "Request from another site",
            "A browser's session may change things only from our own pages. Servers use an API key.",
        ),
        ("admin_required", "Admins only", "Only an admin of the organization, or an API key, may do this."),
        (
            "deployment_key_required",
            "Deployment key required",
            "Only an API key of the whole deployment may do this, not an organization's key or session.",
        ),
        (
            "enterprise_plan_required",
            "Enterprise plan required",
            "Single sign-on comes with the plan `enterprise`. The detail names whom to contact.",
        ),
        ("sso_required", "Single sign-on required", "The organization's policy lets this person in by SSO only."),
        # State conflicts
        ("conflict", "Conflict", "The present state doesn't allow it."),
        (
            "precondition_required",
            "If-Match required",
            "Read the object first and send its ETag as If-Match, so that no other change is overwritten.",
        ),
        ("stale", "Changed in between", "The object changed since you read it. Read it again, then repeat the change."),
        ("domain_taken", "Domain taken", "A verified domain belongs to one organization."),
        ("external_id_taken", "External ID taken", "An external ID belongs to one organization."),
        ("email_taken", "Email address taken", "An email address belongs to one user of the deployment."),
        (
            "email_domain_taken",
            "Email domain taken",
            "Another organization has verified the address's domain, so the address can't be used here.",
        ),
        ("last_admin", "Last admin", "An organization keeps at least one active admin."),
        (
            "break_glass_required",
            "Break-glass admin required",
            "Before SSO binds admins too, one exempt admin must have signed in with a password within 90 days.",
        ),
        ("test_required", "Test required", "The last test must have passed with exactly the values that are saved."),
        ("nothing_to_roll_back", "Nothing to roll back", "Earlier values are kept for 30 days after a swap."),
        ("connection_exists", "Connection exists", "Another admin created the first connection meanwhile."),
        ("connection_limit", "Too many connections", "An organization has at most 25 connections."),
        (
            "idempotency_key_reused",
            "Idempotency key reused",
            "The key was used with another body within 24 hours. Use a new key for a new request.",
        ),
        (
            "idempotency_key_in_flight",
            "Request still in flight",
            "A request with this key is being carried out. Wait a moment, then repeat it.",
        ),
        ("connection_changed", "Connection changed", "An admin saved the connection during the sign-in. Start again."),
        ("user_changed", "Account changed", "The account changed during the sign-in. Sign in again."),
        (
            "top_level_only",
            "Only as a page of its own",
            "A sign-in starts in a window of its own: not in a frame, and not by a script's or an image's request.",
        ),
        ("link_is_void", "Link is void", "The link has been used or has expired. Ask for a new one."),
        (
            "setup_link_is_void",
            "Setup link is void",
            "The setup link was used in another browser, was revoked or has expired. Ask for a new one.",
        ),
        ("unusable_password", "Unusable password", "The new password is too short, too plain or too long."),
        ("wrong_password", "Wrong password", "This is not the current password."),
        ("too_many_requests", "Too many requests", "Wait as long as Retry-After says, then try again."),
        ("too_many_refusals", "Too many refused sign-ins", "Wait as long as Retry-After says, then try again."),
        ("temporarily_unavailable", "Temporarily unavailable", "Nothing was changed. Try again in a few seconds."),
        (
            "internal_error",
            "Internal error",
            "A fault of ours. Tell us the request ID; trying again may or may not help.",
        ),
        # Refused sign-ins
        ("saml_malformed", "Unreadable SAML response", "The response is not a well-formed SAML response."),
        ("saml_too_large", "SAML response too large", "Send fewer attributes or groups."),
        ("saml_unsigned", "Nothing is signed", "The identity provider must sign the response or the assertion."),
        ("saml_signature_invalid", "Invalid signature", "The signature doesn't fit what was sent: it was altered."),
        (
            "saml_certificate_mismatch",
            "Signed with another certificate",
            "The identity provider signs with a key that the connection doesn't trust. Add its new certificate.",
        ),
        ("saml_weak_algorithm", "Weak algorithm", "The identity provider must sign with SHA-256 or better."),
        ("saml_issuer_mismatch", "Another issuer", "The response's issuer is not the connection's, byte for byte."),
        ("saml_audience_mismatch", "Wrong audience", "The audience must be the connection's SP entity ID."),
        ("saml_destination_mismatch", "Sent to another address", "The Destination must be the ACS URL."),
        ("saml_recipient_mismatch", "Made for another address", "The Recipient must be the ACS URL."),
        ("saml_not_yet_valid", "Not valid yet", "The identity provider's clock is ahead of ours."),
        ("saml_expired", "Expired", "The response is too old, or the identity provider's clock is behind ours."),
        ("saml_replayed", "Used before", "A response signs in once. Start again."),
        ("saml_no_request", "No request in this browser", "Start the sign-in again, in this browser."),
        ("saml_request_mismatch", "Answer to another request", "Start the sign-in again."),
        ("saml_request_expired", "Request expired", "The sign-in took longer than ten minutes. Start again."),
        ("saml_status_not_success", "Refused by the identity provider", "The identity provider reports a failure."),
        ("saml_decryption_failed", "Decryption failed", "Encrypt to the certificate in our metadata."),
        ("saml_subject_missing", "Subject missing", "The assertion names no subject."),
        (
            "subject_mismatch",
            "Another identity",
            "The identity provider now sends another identifier for this user. An admin can unlink the old one.",
        ),
        ("email_missing", "Email address missing", "The identity provider must send the email address."),
        ("email_ambiguous", "Several email addresses", "The identity provider must send one email address."),
        ("email_domain_not_allowed", "Email domain not allowed", "The address is in none of the verified domains."),
        ("user_not_provisioned", "No account", "There is no such user and none is created at sign-in."),
        ("user_disabled", "User disabled", "The user may not sign in, and gets no link to do so."),
        ("connection_not_configured", "Connection not configured", "The connection lacks values."),
        ("connection_disabled", "Connection disabled", "An admin has switched the connection off."),
        ("sso_disabled", "Single sign-on off", "The organization has switched single sign-on off."),
    )
}
"""Every error code."""

FIELD_CODES: Final[dict[str, str]] = {
    "required": "The field is missing.",
    "unknown_field": "There is no such field.",
    "invalid_value": "The value is none of those allowed.",
    "invalid_type": "The value is of another JSON type.",
    "too_short": "Too short, or too few.",
    "too_long": "Too long, or too many.",
    "too_small": "The number is too small.",
    "too_large": "The number is too large.",
    "invalid_email": "Not an email address that we can take.",
    "invalid_domain": "Not a domain.",
    "public_domain": "A public mail provider's domain, or one under which strangers register.",
    "duplicate": "It stands there twice.",
    "invalid_text": "Control characters or unpaired surrogates.",
    "unusable_password": "The password is too short, too plain or too long.",
    "invalid_url": "Not an address that we can use.",
    "not_https": "Must begin with https://.",
    "sign_in_link": "The link of one sign-in, with a SAML message inside.",
    "own_url": "Our own address instead of the identity provider's.",
    "own_entity_id": "Our own entity ID instead of the identity provider's.",
    "invalid_date": "Not a date that is allowed here.",
    "unknown_user": "No such user in this organization.",
    "unknown_organization": "No such organization.",
    "unknown_connection": "No such connection in this organization.",
    "too_many_values": "The body holds more members and items than any body needs.",
    "too_many_certificates": "A connection trusts at most four certificates.",
    "conflicting_fields": "These fields can't be sent together.",
    "unknown_certificate": "The metadata has no such new certificate.",
}
"""Codes of single fields in `errors`, except those of certificates, fetches and imports."""
