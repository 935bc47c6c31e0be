"""Identity providers that people run themselves, and what holds for every other one. Sources: see `cloud.py`."""

from __future__ import annotations

from typing import Final

from chalicelib.connections.model import Provider
from chalicelib.connections.provider_guides.guide import (
    GuideStep,
    GuideTerm,
    ProviderGuide,
    unchecked,
    unchecked_step,
)
from chalicelib.i18n.message import message

SELF_HOSTED: Final[dict[Provider, ProviderGuide]] = {
    Provider.ADFS: ProviderGuide(
        mark="AD",
        acs_url=GuideTerm("Relying party SAML 2.0 SSO service URL"),
        entity_id=unchecked("Relying party trust identifier"),
        sso_url=unchecked(message("guide.name.server", rest="adfs/ls/")),
        issuer=GuideTerm("Federation Service identifier"),
        certificate=unchecked("Token-signing certificate"),
        metadata=GuideTerm(message("guide.name.server", rest="federationmetadata/2007-06/federationmetadata.xml")),
        steps=(
            unchecked_step("guide.adfs.create"),
            unchecked_step("guide.adfs.import"),
            unchecked_step("guide.adfs.claims"),
            unchecked_step("guide.adfs.name_id"),
            GuideStep("guide.adfs.metadata"),
        ),
        traps=(
            GuideStep("guide.adfs.trap_name_id"),
            unchecked_step("guide.adfs.trap_certificate"),
        ),
    ),
    Provider.KEYCLOAK: ProviderGuide(
        mark="K",
        acs_url=GuideTerm(message("guide.name.keycloak_acs")),
        entity_id=GuideTerm("Client ID"),
        sso_url=GuideTerm(message("guide.name.server", rest="realms/your-realm/protocol/saml")),
        issuer=GuideTerm(message("guide.name.server", rest="realms/your-realm")),
        certificate=GuideTerm(message("guide.name.keycloak_certificate")),
        metadata=GuideTerm("Realm settings › SAML 2.0 Identity Provider Metadata"),
        steps=(
            GuideStep("guide.keycloak.create"),
            GuideStep("guide.keycloak.values"),
            unchecked_step("guide.keycloak.keys"),
            unchecked_step("guide.keycloak.sign"),
            GuideStep("guide.keycloak.mappers"),
            GuideStep("guide.keycloak.metadata"),
        ),
        traps=(GuideStep("guide.keycloak.trap"),),
    ),
    Provider.SHIBBOLETH: ProviderGuide(
        mark="S",
        acs_url=GuideTerm(message("guide.name.shibboleth_acs")),
        entity_id=GuideTerm(message("guide.name.shibboleth_entity")),
        sso_url=unchecked(message("guide.name.server", rest="idp/profile/SAML2/Redirect/SSO")),
        issuer=GuideTerm("entityID"),
        certificate=GuideTerm(message("guide.name.shibboleth_certificate")),
        metadata=GuideTerm(message("guide.name.shibboleth_metadata")),
        steps=(
            unchecked_step("guide.shibboleth.metadata_in"),
            unchecked_step("guide.shibboleth.release"),
            GuideStep("guide.shibboleth.metadata_out"),
        ),
        traps=(unchecked_step("guide.transient"),),
    ),
    Provider.SIMPLESAMLPHP: ProviderGuide(
        mark="SP",
        acs_url=unchecked(message("guide.name.simplesamlphp_acs")),
        entity_id=unchecked(message("guide.name.simplesamlphp_entity")),
        sso_url=GuideTerm(message("guide.name.server", rest="…/saml2/idp/SSOService.php")),
        issuer=GuideTerm(message("guide.name.simplesamlphp_issuer")),
        certificate=GuideTerm(message("guide.name.simplesamlphp_certificate")),
        metadata=GuideTerm(message("guide.name.server", rest="…/saml2/idp/metadata.php")),
        steps=(
            unchecked_step("guide.simplesamlphp.convert"),
            unchecked_step("guide.simplesamlphp.add"),
            GuideStep("guide.simplesamlphp.release"),
            GuideStep("guide.simplesamlphp.metadata"),
        ),
        traps=(GuideStep("guide.transient"),),
    ),
}

OTHER: Final = ProviderGuide(
    mark="···",
    acs_url=GuideTerm(message("guide.name.other_acs")),
    entity_id=GuideTerm(message("guide.name.other_entity")),
    sso_url=GuideTerm(message("guide.name.other_sso")),
    issuer=GuideTerm(message("guide.name.other_issuer")),
    certificate=GuideTerm(message("guide.name.other_certificate")),
    metadata=GuideTerm(message("guide.name.other_metadata")),
    steps=(
        GuideStep("guide.other.create"),
        GuideStep("guide.other.name_id"),
        GuideStep("guide.other.sign"),
        GuideStep("guide.other.allow"),
        GuideStep("guide.other.metadata"),
    ),
)
