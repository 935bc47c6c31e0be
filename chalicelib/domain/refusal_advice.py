"""What a refused person is told: what happened, whether trying again helps, and who must change what.

Everything that is said here may be read by a stranger: no expected or received values, no names.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from chalicelib.domain.refusal import RefusalCode as Code


class Fixer(StrEnum):
    """Whose job it is."""

    USER = "user"
    IDP_ADMIN = "idp_admin"
    ACCOUNT_ADMIN = "account_admin"
    SUPPORT = "support"


@dataclass(frozen=True, slots=True)
class Advice:
    """What to tell about one refusal code.

    Attributes:
        title, explanation: for the person who wanted to sign in.
        retry_helps: whether starting again may work without anybody changing anything.
        what_to_do: one instruction for `fixer`.
    """

    title: str
    explanation: str
    retry_helps: bool
    fixer: Fixer
    what_to_do: str


_USER, _IDP, _ACCOUNT, _SUPPORT = Fixer.USER, Fixer.IDP_ADMIN, Fixer.ACCOUNT_ADMIN, Fixer.SUPPORT
_OUR_VALUES: Final = "Compare it with User management › Configure Single Sign-On, and copy it again from there"

ADVICE: Final[dict[Code, Advice]] = {
    Code.SAML_MALFORMED: Advice(
        "Your company's answer can't be read",
        "The identity provider sent something that is not a complete SAML response.",
        True,
        _IDP,
        "Send an unmodified SAML 2.0 Response by HTTP-POST in the form field SAMLResponse, base64-encoded.",
    ),
    Code.SAML_TOO_LARGE: Advice(
        "Your company's answer is too large",
        "The identity provider sent more than we accept.",
        False,
        _IDP,
        "Send fewer attributes. A list of all groups is the usual reason: send only those that matter here.",
    ),
    Code.SAML_UNSIGNED: Advice(
        "Your company's answer isn't signed",
        "Without a signature anybody could have written it.",
        False,
        _IDP,
        "Switch on signing of the assertion or of the response, whichever Configure Single Sign-On demands.",
    ),
    Code.SAML_SIGNATURE_INVALID: Advice(
        "The signature isn't valid",
        "What arrived is not what your identity provider signed.",
        True,
        _IDP,
        "Look for a proxy or plug-in that changes the response on its way, and sign with the key of the certificate.",
    ),
    Code.SAML_CERTIFICATE_MISMATCH: Advice(
        "The sign-in certificate has changed",
        "Your identity provider signed with a certificate that isn't the one on file.",
        False,
        _ACCOUNT,
        "Get the new certificate from your identity provider's console and add it under User management › Configure "
        "Single Sign-On › Key x509 certificate.",
    ),
    Code.SAML_WEAK_ALGORITHM: Advice(
        "The signature is too weak",
        "Your identity provider uses an algorithm that is no longer safe.",
        False,
        _IDP,
        "Set the signature and digest algorithm to SHA-256.",
    ),
    Code.SAML_ISSUER_MISMATCH: Advice(
        "Another identity provider answered",
        "The answer names an issuer that isn't the one on file.",
        False,
        _ACCOUNT,
        "Copy the issuer (entity ID) exactly from your identity provider into User management › Configure Single "
        "Sign-On › Identity Provider Issuer. Capital letters and a slash at the end count.",
    ),
    Code.SAML_AUDIENCE_MISMATCH: Advice(
        "The answer was meant for another application",
        "Your identity provider made it for somebody else.",
        False,
        _IDP,
        f"Correct the audience (SP entity ID). {_OUR_VALUES}.",
    ),
    Code.SAML_DESTINATION_MISMATCH: Advice(
        "The answer was sent to the wrong address",
        "Your identity provider has another address on file for us.",
        False,
        _IDP,
        f"Correct the Single Sign-On URL (ACS URL). {_OUR_VALUES}.",
    ),
    Code.SAML_RECIPIENT_MISMATCH: Advice(
        "The answer was made for the wrong address",
        "Your identity provider has another recipient on file for us.",
        False,
        _IDP,
        f"Correct the recipient: it is the Single Sign-On URL (ACS URL). {_OUR_VALUES}.",
    ),
    Code.SAML_NOT_YET_VALID: Advice(
        "The answer isn't valid yet",
        "Your identity provider's clock is ahead of ours.",
        True,
        _IDP,
        "Set the server's clock by NTP.",
    ),
    Code.SAML_EXPIRED: Advice(
        "The answer came too late",
        "It was open for too long, or your identity provider's clock is behind ours.",
        True,
        _USER,
        "Sign in again. If it happens every time, ask your IT admin to set the identity provider's clock by NTP.",
    ),
    Code.SAML_REPLAYED: Advice(
        "This sign-in was used already",
        "Each answer of your identity provider signs in once. A reload or the back button sends it again.",
        True,
        _USER,
        "Sign in again.",
    ),
    Code.SAML_NO_REQUEST: Advice(
        "This browser didn't start the sign-in",
        "The answer belongs to a sign-in that this browser doesn't know: it began elsewhere, or cookies were deleted.",
        True,
        _USER,
        "Sign in again, in this browser, with cookies allowed.",
    ),
    Code.SAML_REQUEST_MISMATCH: Advice(
        "The answer belongs to another sign-in",
        "It doesn't fit the sign-in that is under way in this tab.",
        True,
        _USER,
        "Close other sign-in tabs, then sign in again.",
    ),
    Code.SAML_REQUEST_EXPIRED: Advice(
        "The sign-in took too long",
        "A sign-in must be finished within ten minutes.",
        True,
        _USER,
        "Sign in again.",
    ),
    Code.SAML_STATUS_NOT_SUCCESS: Advice(
        "Your company's sign-in page said no",
        "The identity provider reports that it did not sign you in.",
        True,
        _IDP,
        "Check that this person is assigned to the application, and look into the identity provider's own log.",
    ),
    Code.SAML_DECRYPTION_FAILED: Advice(
        "The answer can't be decrypted",
        "Your identity provider encrypted it for another key, or in a way that we don't accept.",
        False,
        _IDP,
        "Encrypt to the certificate in our metadata with AES-GCM and RSA-OAEP, or switch encryption off.",
    ),
    Code.SAML_SUBJECT_MISSING: Advice(
        "The answer doesn't say who you are",
        "Your identity provider named no user.",
        False,
        _IDP,
        "Send a Name ID for every user, best the e-mail address.",
    ),
    Code.SUBJECT_MISMATCH: Advice(
        "Your account is linked to another identity",
        "Your address is known here under another identifier of your identity provider.",
        False,
        _ACCOUNT,
        "If this is the same person, unlink the old identity in User management. If not, give the new person another "
        "address.",
    ),
    Code.EMAIL_MISSING: Advice(
        "Your e-mail address is missing",
        "Your identity provider doesn't send it, or sends something that isn't an address.",
        False,
        _IDP,
        "Add an attribute named email with the user's address, or send the address as the Name ID.",
    ),
    Code.EMAIL_DOMAIN_NOT_ALLOWED: Advice(
        "This address isn't one of your organization's",
        "You were signed in at your company with an address of a domain that isn't allowed here.",
        True,
        _USER,
        "Use your work account. Guests of other companies must be on the guest list; ask an admin.",
    ),
    Code.USER_NOT_PROVISIONED: Advice(
        "You have no account here yet",
        "Your company signed you in, but nobody has invited you.",
        False,
        _ACCOUNT,
        "Invite the person in User management, or let sign-in create accounts.",
    ),
    Code.USER_DISABLED: Advice(
        "Your account is switched off",
        "An admin of your organization has disabled it.",
        False,
        _ACCOUNT,
        "Enable the account in User management if the person should have access.",
    ),
    Code.CONNECTION_NOT_CONFIGURED: Advice(
        "Single sign-on isn't set up yet",
        "Some values of your identity provider are still missing.",
        False,
        _ACCOUNT,
        "Fill in User management › Configure Single Sign-On and save.",
    ),
    Code.CONNECTION_DISABLED: Advice(
        "Single sign-on is switched off",
        "An admin of your organization has disabled this connection.",
        False,
        _ACCOUNT,
        "Enable it under User management › Configure Single Sign-On. Until then passwords work.",
    ),
    Code.ENTERPRISE_PLAN_REQUIRED: Advice(
        "Single sign-on isn't in your organization's plan",
        "It comes with the enterprise plan. Passwords work.",
        False,
        _SUPPORT,
        "Ask about the enterprise plan.",
    ),
    Code.SSO_DISABLED: Advice(
        "Your organization doesn't use single sign-on",
        "An admin has set the login policy to passwords only.",
        False,
        _ACCOUNT,
        "Change the login policy under User management › Configure Single Sign-On if single sign-on should be used.",
    ),
    Code.TEMPORARILY_UNAVAILABLE: Advice(
        "We can't sign you in right now",
        "Something on our side doesn't answer. Nothing was changed.",
        True,
        _SUPPORT,
        "If it lasts longer than a few minutes, tell us the reference below.",
    ),
}
