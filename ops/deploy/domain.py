"""The custom domain of a stage, and which of its paths lead to the stage's API."""

from __future__ import annotations

from typing import Any

from ops.deploy.deployment import Deployment


def domain_note(deployment: Deployment) -> list[dict[str, Any]]:
    """The domain as Chalice notes it, with our own mappings alone: Chalice takes away those that it knows and doesn't
    plan, and others' must not be among them."""
    host, client = deployment.stage.custom_domain, deployment.client("apigateway")
    if host is None:
        return []
    try:
        domain = client.get_domain_name(domainName=host)
    except client.exceptions.NotFoundException:
        return []
    paths = mapped_paths(deployment, ours=True)
    return [
        {
            "name": "api_gateway_custom_domain",
            "resource_type": "domain_name",
            "domain_name": host,
            "hosted_zone_id": domain.get("regionalHostedZoneId") or domain.get("distributionHostedZoneId"),
            "alias_domain_name": domain.get("regionalDomainName") or domain.get("distributionDomainName"),
            "certificate_arn": domain.get("regionalCertificateArn") or domain.get("certificateArn"),
            "security_policy": domain.get("securityPolicy"),
            "api_mapping": [{"key": "/" if path == "(none)" else f"/{path}"} for path in paths],
        }
    ]


def mapped_paths(deployment: Deployment, *, ours: bool) -> list[str]:
    """The custom domain's paths that lead to our API, or to others'."""
    host, client = deployment.stage.custom_domain, deployment.client("apigateway")
    if host is None:
        return []
    try:
        mappings = client.get_base_path_mappings(domainName=host).get("items", ())
    except client.exceptions.NotFoundException:
        return []
    return [found["basePath"] for found in mappings if (found["restApiId"] == deployment.rest_api) is ours]
