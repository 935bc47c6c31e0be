"""Identity providers that people run themselves, and what holds for every other one. Sources: see `cloud.py`."""

from __future__ import annotations

from typing import Final

from chalicelib.domain.connection import Provider
from chalicelib.domain.message import message
from chalicelib.domain.provider_guide.guide import ProviderGuide, Step, Word, unchecked, unchecked_step

SELF_HOSTED: Final[dict[Provider, ProviderGuide]] = {
    Provider.ADFS: ProviderGuide(
        mark="AD",
        acs_url=Word("Relying party SAML 2.0 SSO service URL"),
        entity_id=unchecked("Relying party trust identifier"),
        sso_url=unchecked(message("guide.name.server", rest="adfs/ls/")),
        issuer=Word("Federation Service identifier"),
        certificate=unchecked("Token-signing certificate"),
        metadata=Word(message("guide.name.server", rest="federationmetadata/2007-06/federationmetadata.xml")),
        steps=(
            unchecked_step("guide.adfs.create"),
            unchecked_step("guide.adfs.import"),
            unchecked_step("guide.adfs.claims"),
            unchecked_step("guide.adfs.name_id"),
            Step("guide.adfs.metadata"),
        ),
        traps=(
            Step("guide.adfs.trap_name_id"),
            unchecked_step("guide.adfs.trap_certificate"),
        ),
    ),
    Provider.KEYCLOAK: ProviderGuide(
        mark="K",
        acs_url=Word(message("guide.name.keycloak_acs")),
        entity_id=Word("Client ID"),
        sso_url=Word(message("guide.name.server", rest="realms/your-realm/protocol/saml")),
        issuer=Word(message("guide.name.server", rest="realms/your-realm")),
        certificate=Word(message("guide.name.keycloak_certificate")),
        metadata=Word("Realm settings › SAML 2.0 Identity Provider Metadata"),
        steps=(
            Step("guide.keycloak.create"),
            Step("guide.keycloak.values"),
            unchecked_step("guide.keycloak.keys"),
            unchecked_step("guide.keycloak.sign"),
            Step("guide.keycloak.mappers"),
            Step("guide.keycloak.metadata"),
        ),
        traps=(Step("guide.keycloak.trap"),),
    ),
    Provider.SHIBBOLETH: ProviderGuide(
        mark="S",
        acs_url=Word(message("guide.name.shibboleth_acs")),
        entity_id=Word(message("guide.name.shibboleth_entity")),
        sso_url=unchecked(message("guide.name.server", rest="idp/profile/SAML2/Redirect/SSO")),
        issuer=Word("entityID"),
        certificate=Word(message("guide.name.shibboleth_certificate")),
        metadata=Word(message("guide.name.shibboleth_metadata")),
        steps=(
            unchecked_step("guide.shibboleth.metadata_in"),
            unchecked_step("guide.shibboleth.release"),
            Step("guide.shibboleth.metadata_out"),
        ),
        traps=(unchecked_step("guide.transient"),),
    ),
    Provider.SIMPLESAMLPHP: ProviderGuide(
        mark="SP",
        acs_url=unchecked(message("guide.name.simplesamlphp_acs")),
        entity_id=unchecked(message("guide.name.simplesamlphp_entity")),
        sso_url=Word(message("guide.name.server", rest="…/saml2/idp/SSOService.php")),
        issuer=Word(message("guide.name.simplesamlphp_issuer")),
        certificate=Word(message("guide.name.simplesamlphp_certificate")),
        metadata=Word(message("guide.name.server", rest="…/saml2/idp/metadata.php")),
        steps=(
            unchecked_step("guide.simplesamlphp.convert"),
            unchecked_step("guide.simplesamlphp.add"),
            Step("guide.simplesamlphp.release"),
            Step("guide.simplesamlphp.metadata"),
        ),
        traps=(Step("guide.transient"),),
    ),
}

OTHER: Final = ProviderGuide(
    mark="···",
    acs_url=Word(message("guide.name.other_acs")),
    entity_id=Word(message("guide.name.other_entity")),
    sso_url=Word(message("guide.name.other_sso")),
    issuer=Word(message("guide.name.other_issuer")),
    certificate=Word(message("guide.name.other_certificate")),
    metadata=Word(message("guide.name.other_metadata")),
    steps=(
        Step("guide.other.create"),
        Step("guide.other.name_id"),
        Step("guide.other.sign"),
        Step("guide.other.allow"),
        Step("guide.other.metadata"),
    ),
)
