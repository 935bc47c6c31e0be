"""Identity providers that are somebody's service.

Sources: captured metadata and assertions (2023 and 2024) and the setup guides that WorkOS, Ory Polis, SSOReady, Clerk
and Microsoft publish; what stands in none of them is `unchecked`.
"""

from __future__ import annotations

from typing import Final

from chalicelib.domain.connection import Provider
from chalicelib.domain.provider_guide.guide import ProviderGuide, Step, Word, unchecked, unchecked_step

_ATTRIBUTES: Final = Step("Send the attributes **email**, **firstName** and **lastName**.")
_ASSIGN: Final = "assign yourself and the people who will sign in"

CLOUD: Final[dict[Provider, ProviderGuide]] = {
    Provider.OKTA: ProviderGuide(
        mark="O",
        acs_url=Word("Single sign-on URL"),
        entity_id=Word("Audience URI (SP Entity ID)"),
        sso_url=Word("Sign on URL"),
        issuer=Word("Issuer"),
        certificate=Word("Signing Certificate"),
        metadata=Word("Sign On › Metadata URL"),
        steps=(
            Step("Under **Applications** choose **Create App Integration**, then **SAML 2.0**."),
            Step("Paste the Single Sign-On URL and keep **Use this for Recipient URL and Destination URL** ticked."),
            Step(
                "Paste the entity ID into **Audience URI (SP Entity ID)**; set **Name ID format** to **EmailAddress**."
            ),
            _ATTRIBUTES,
            Step(f"On **Assignments**, {_ASSIGN}."),
            Step("On **Sign On**, copy the **Metadata URL** and paste it in step 2."),
        ),
        traps=(Step("People who aren't assigned to the app are refused by Okta before they reach us."),),
    ),
    Provider.ENTRA: ProviderGuide(
        mark="E",
        acs_url=Word("Reply URL (Assertion Consumer Service URL)"),
        entity_id=Word("Identifier (Entity ID)"),
        sso_url=Word("Login URL"),
        issuer=Word("Microsoft Entra Identifier"),
        certificate=Word("Certificate (Base64)"),
        metadata=Word("App Federation Metadata Url"),
        steps=(
            unchecked_step(
                "Under **Enterprise applications** choose **New application**, **Create your own application**."
            ),
            unchecked_step("Open **Single sign-on**, choose **SAML**, and edit **Basic SAML Configuration**."),
            Step("Paste the entity ID into **Identifier (Entity ID)** and the Single Sign-On URL into **Reply URL**."),
            unchecked_step(f"Under **Users and groups**, {_ASSIGN}."),
            unchecked_step(
                "Under **SAML Certificates**, copy the **App Federation Metadata Url** and paste it in step 2."
            ),
        ),
        traps=(
            Step("People without a mail address in the directory come without an e-mail claim: map **NameID** then."),
            Step("With more than 150 groups Entra sends a link in place of the groups."),
        ),
    ),
    Provider.GOOGLE: ProviderGuide(
        mark="G",
        acs_url=Word("ACS URL"),
        entity_id=Word("Entity ID"),
        sso_url=Word("SSO URL"),
        issuer=Word("Entity ID (Google's own, on the page before)"),
        certificate=Word("Certificate (.pem)"),
        metadata=Word("Download metadata: a file, there is no address"),
        steps=(
            unchecked_step("Under **Apps › Web and mobile apps** choose **Add app**, **Add custom SAML app**."),
            Step("Choose **Download metadata**, and give us the file in step 2."),
            Step("Paste our **ACS URL** and **Entity ID**; the primary e-mail address is the Name ID."),
            Step("Map **email**, **firstName** and **lastName**: Google sends no attributes by itself."),
            Step("Switch the app **ON** for the people who will sign in: it is off for everybody at first."),
        ),
        traps=(
            Step("A change takes up to 24 hours to reach everybody."),
            Step("There is no metadata address, so a new certificate has to be brought here by hand."),
        ),
    ),
    Provider.ONELOGIN: ProviderGuide(
        mark="1",
        acs_url=Word("ACS (Consumer) URL, and Recipient"),
        entity_id=Word("Audience (EntityID)"),
        sso_url=Word("SAML 2.0 Endpoint (HTTP)"),
        issuer=Word("Issuer URL"),
        certificate=Word("X.509 Certificate › View Details"),
        metadata=Word("More Actions › SAML Metadata"),
        steps=(
            unchecked_step(
                "Under **Applications** choose **Add App** and the connector **SAML Custom Connector (Advanced)**."
            ),
            Step("Paste the Single Sign-On URL as **ACS (Consumer) URL** and **Recipient**, the ID as **Audience**."),
            Step("Put the same URL into **ACS (Consumer) URL Validator** as a regular expression, `\\.` for each dot."),
            Step("Set **SAML initiator** to **Service Provider**, and the signature algorithm to **SHA-256**."),
            Step("Add the parameters **email**, **firstName**, **lastName**, each with **Include in SAML assertion**."),
            Step("Choose **More Actions › SAML Metadata** and give us the file in step 2."),
        ),
        traps=(Step("The validator is a regular expression: a dot that isn't escaped matches anything."),),
    ),
    Provider.JUMPCLOUD: ProviderGuide(
        mark="J",
        acs_url=Word("ACS URL(s)"),
        entity_id=Word("SP Entity ID"),
        sso_url=Word("IDP URL"),
        issuer=Word("IdP Entity ID (you type it yourself)"),
        certificate=Word("IDP Certificate Valid › Download certificate"),
        metadata=Word("Export Metadata"),
        steps=(
            unchecked_step(
                "Under **SSO Applications** choose **Add New Application**, then **Custom Application**, **SAML**."
            ),
            Step(
                "Type an **IdP Entity ID** of your own; paste ours as **SP Entity ID**, and the URL as **ACS URL(s)**."
            ),
            Step("Tick **Sign Assertion** and **Declare Redirect Endpoint**."),
            _ATTRIBUTES,
            unchecked_step("Under **User Groups**, choose who will sign in, and activate the app."),
            Step("Choose **Export Metadata** and give us the file in step 2."),
        ),
        traps=(Step("Without **Declare Redirect Endpoint** the metadata has no address that we can use."),),
    ),
    Provider.PING: ProviderGuide(
        mark="P",
        acs_url=Word("ACS URLs"),
        entity_id=Word("Entity ID"),
        sso_url=Word("Single Signon Service"),
        issuer=Word("Issuer ID"),
        certificate=Word("Download Signing Certificate › X509 PEM (.crt)"),
        metadata=Word("IdP Metadata URL"),
        steps=(
            unchecked_step("In PingOne, under **Applications** choose **Add**, then **SAML Application**."),
            unchecked_step("Choose **Manually enter** and paste our **ACS URLs** and **Entity ID**."),
            Step("Change the attribute **saml_subject** from the user ID to **Email Address**."),
            Step("Switch the app on with its toggle."),
            Step("Copy the **IdP Metadata URL** from the app's **Configuration** and paste it in step 2."),
        ),
        traps=(Step("PingFederate: **Select Action › Export Metadata** of the SP connection; give us the file."),),
    ),
    Provider.AUTH0: ProviderGuide(
        mark="A0",
        acs_url=Word("Application Callback URL"),
        entity_id=unchecked("audience, in the settings' JSON"),
        sso_url=unchecked("Identity Provider Login URL"),
        issuer=unchecked("Issuer"),
        certificate=unchecked("Identity Provider Certificate"),
        metadata=Word("Advanced Settings › Endpoints › SAML Metadata URL"),
        steps=(
            unchecked_step("Under **Applications** choose **Create Application**, **Regular Web Application**."),
            Step("On **Addons** open **SAML2 Web App**, paste the Single Sign-On URL as **Application Callback URL**."),
            unchecked_step(
                'In the settings below it, set `"audience"` to the entity ID, `"signatureAlgorithm"` to `"rsa-sha256"`.'
            ),
            Step("Under **Advanced Settings › Endpoints**, copy the **SAML Metadata URL** and paste it in step 2."),
        ),
        traps=(
            unchecked_step(
                "The Name ID is Auth0's user ID; the e-mail address comes as an attribute, which we read by itself."
            ),
        ),
    ),
}
