"""Identity providers that people run themselves, and what holds for every other one. Sources: see `cloud.py`."""

from __future__ import annotations

from typing import Final

from chalicelib.domain.connection import Provider
from chalicelib.domain.provider_guide.guide import ProviderGuide, Step, Word, unchecked, unchecked_step

SELF_HOSTED: Final[dict[Provider, ProviderGuide]] = {
    Provider.ADFS: ProviderGuide(
        mark="AD",
        acs_url=Word("Relying party SAML 2.0 SSO service URL"),
        entity_id=unchecked("Relying party trust identifier"),
        sso_url=unchecked("https://your-server/adfs/ls/"),
        issuer=Word("Federation Service identifier"),
        certificate=unchecked("Token-signing certificate"),
        metadata=Word("https://your-server/federationmetadata/2007-06/federationmetadata.xml"),
        steps=(
            unchecked_step("In AD FS Management choose **Add Relying Party Trust**, **Claims aware**."),
            unchecked_step("Choose **Import data about the relying party from a file** and give it our metadata."),
            unchecked_step("Add a rule **Send LDAP Attributes as Claims**: E-Mail Addresses, Given Name, Surname."),
            unchecked_step(
                "Add a rule **Transform an Incoming Claim**: E-Mail Address becomes **Name ID**, format **Email**."
            ),
            Step("Paste the metadata address of your server in step 2, or give us the file."),
        ),
        traps=(
            Step("Without a rule that issues the Name ID, AD FS answers **InvalidNameIDPolicy**."),
            unchecked_step(
                "The token-signing certificate renews itself once a year; the new one has to be here before."
            ),
        ),
    ),
    Provider.KEYCLOAK: ProviderGuide(
        mark="K",
        acs_url=Word("Valid redirect URIs, and Master SAML Processing URL"),
        entity_id=Word("Client ID"),
        sso_url=Word("https://your-server/realms/your-realm/protocol/saml"),
        issuer=Word("https://your-server/realms/your-realm"),
        certificate=Word("In the descriptor; the realm's key"),
        metadata=Word("Realm settings › SAML 2.0 Identity Provider Metadata"),
        steps=(
            Step("Under **Clients** choose **Create client**, type **SAML**, with the entity ID as **Client ID**."),
            Step("Paste the Single Sign-On URL into **Valid redirect URIs** and **Master SAML Processing URL**."),
            unchecked_step("On **Keys**, switch **Client signature required** off, unless requests are signed here."),
            unchecked_step("Switch **Sign assertions** on, and set **Name ID format** to **email**."),
            Step("Add **User Property** mappers for **email**, **firstName** and **lastName**."),
            Step("Copy the address of **SAML 2.0 Identity Provider Metadata** in the realm settings for step 2."),
        ),
        traps=(Step("Answers are valid for one minute only: clocks that differ matter here first."),),
    ),
    Provider.SHIBBOLETH: ProviderGuide(
        mark="S",
        acs_url=Word("AssertionConsumerService, from our metadata"),
        entity_id=Word("entityID, from our metadata"),
        sso_url=unchecked("https://your-server/idp/profile/SAML2/Redirect/SSO"),
        issuer=Word("entityID"),
        certificate=Word("In the metadata"),
        metadata=Word("Your IdP's metadata file or address"),
        steps=(
            unchecked_step("Give the IdP our metadata, as a file or by its address, in **metadata-providers.xml**."),
            unchecked_step("Release **mail**, **givenName** and **sn** to our entity ID in **attribute-filter.xml**."),
            Step("Paste your IdP's metadata address in step 2, or give us the file."),
        ),
        traps=(unchecked_step("The Name ID is transient by default: the attribute **mail** is what we need."),),
    ),
    Provider.SIMPLESAMLPHP: ProviderGuide(
        mark="SP",
        acs_url=unchecked("AssertionConsumerService in saml20-sp-remote.php"),
        entity_id=unchecked("The key of the array in saml20-sp-remote.php"),
        sso_url=Word("https://your-server/…/saml2/idp/SSOService.php"),
        issuer=Word("The entity ID of the hosted IdP"),
        certificate=Word("certificate in saml20-idp-hosted.php"),
        metadata=Word("https://your-server/…/saml2/idp/metadata.php"),
        steps=(
            unchecked_step("Turn our metadata into PHP with the **XML to SimpleSAMLphp metadata converter**."),
            unchecked_step("Add the result to **metadata/saml20-sp-remote.php**."),
            Step("Release **mail**, **givenName** and **sn**."),
            Step("Paste the address of your **metadata.php** in step 2."),
        ),
        traps=(Step("The Name ID is transient by default: the attribute **mail** is what we need."),),
    ),
}

OTHER: Final = ProviderGuide(
    mark="···",
    acs_url=Word("ACS URL, Reply URL or Assertion Consumer Service URL"),
    entity_id=Word("Audience, Audience URI, Identifier or SP Entity ID"),
    sso_url=Word("SSO URL, Login URL, Sign-on URL or SAML endpoint"),
    issuer=Word("Entity ID, Issuer or IdP identifier"),
    certificate=Word("Signing certificate"),
    metadata=Word("Federation metadata or IdP metadata"),
    steps=(
        Step("Create a SAML 2.0 application and give it our metadata, or the two values above."),
        Step("Use the user's e-mail address as **Name ID**, or send it as an attribute named **email**."),
        Step("Sign the assertion with RSA or ECDSA and **SHA-256**."),
        Step("Allow the people who will sign in to use the application."),
        Step("Copy the address of its metadata, or save the file, for step 2."),
    ),
)
