"""Exports of other systems, with only the required parts of their formats."""

from __future__ import annotations

import base64
from typing import Any

from tests.support.identity_provider import key
from tests.support.metadata_text import endpoint, entity
from tests.support.metadata_text import key as key_descriptor


def metadata(entity_id: str = "https://idp.acme.test") -> str:
    """An identity provider's metadata with a real certificate."""
    content = key_descriptor(key("acme").base64) + endpoint(location="https://idp.acme.test/sso")
    return entity(content, entity_id=f'entityID="{entity_id}"')


def auth0_connection(**options: Any) -> dict[str, Any]:
    """A samlp connection of Auth0."""
    usual = {
        "signInEndpoint": "https://acme.okta.com/app/x/sso/saml",
        "signingCert": base64.b64encode(key("acme").pem.encode()).decode(),
        "domain_aliases": ["acme.test", "gmail.com"],
        "entityId": "urn:auth0:tenant:acme",
        "fieldsMap": {"email": ["urn:mail", "mail2"], "given_name": "urn:first"},
        "idpinitiated": {"enabled": True},
    }
    return {"id": "con_1", "name": "acme", "display_name": "Acme", "strategy": "samlp", "options": usual | options}


def cognito_provider(**details: Any) -> dict[str, Any]:
    """The output of `describe-identity-provider`."""
    return {
        "IdentityProvider": {
            "UserPoolId": "eu-west-1_A",
            "ProviderName": "Acme",
            "ProviderType": "SAML",
            "ProviderDetails": {"MetadataFile": metadata(), "EncryptedResponses": "true", "IDPInit": "true", **details},
            "AttributeMapping": {"email": "urn:mail", "custom:x": "department"},
            "IdpIdentifiers": ["acme.test", "AcmeCorp"],
        }
    }


def keycloak_realm(**config: Any) -> dict[str, Any]:
    """A realm export with one SAML provider, its mapper and its organization."""
    usual = {
        "entityId": "https://keycloak.test/realms/saas",
        "idpEntityId": "https://idp.acme.test",
        "singleSignOnServiceUrl": "https://idp.acme.test/sso",
        "signingCertificate": f"{key('acme').base64},{key('second').base64}",
        "validateSignature": "true",
        "forceAuthn": "true",
        "nameIDPolicyFormat": "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
        "allowedClockSkew": "900",
    }
    mapper = {
        "identityProviderAlias": "acme",
        "identityProviderMapper": "saml-user-attribute-idp-mapper",
        "config": {"attribute.name": "urn:mail", "user.attribute": "email"},
    }
    domains = [{"name": "acme.test", "verified": True}, {"name": "claimed.test", "verified": False}]
    provider = {"alias": "acme", "displayName": "Acme SSO", "providerId": "saml", "enabled": True}
    return {
        "realm": "saas",
        "identityProviders": [{**provider, "config": usual | config}, {"alias": "github", "providerId": "github"}],
        "identityProviderMappers": [mapper, {**mapper, "identityProviderAlias": "other"}],
        "organizations": [{"name": "Acme Inc", "domains": domains, "identityProviders": [{"alias": "acme"}]}],
    }


def polis_connection(**changes: Any) -> dict[str, Any]:
    """A SAML connection of Polis."""
    usual = {
        "entityID": "https://idp.acme.test",
        "sso": {"redirectUrl": "https://idp.acme.test/sso", "postUrl": "https://idp.acme.test/post"},
        "publicKey": key("acme").base64,
        "provider": "idp.acme.test",
    }
    return {
        "clientID": "c1",
        "clientSecret": "s3cr3t",
        "tenant": "acme.test",
        "product": "saas",
        "name": "Acme",
        "idpMetadata": usual | changes,
    }
