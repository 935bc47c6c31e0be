"""/v1/organizations/{organization_id}/connections."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.connections.model import Connection
from chalicelib.organizations.model import Organization, Plan
from tests.support.api import Caller, Reply
from tests.support.certificates import certificate_pem
from tests.support.deployment import Deployment
from tests.support.fixtures_api import acme as acme

URL = "https://idp.acme.test/sso"
ISSUER = "https://idp.acme.test/metadata"


@pytest.fixture
def draft(api: Caller, acme: Organization) -> str:
    """The path of a new connection."""
    made = api("POST", f"/v1/organizations/{acme.id}/connections", {"name": "Okta", "provider": "okta"})
    assert made.status == 201
    return f"/v1/organizations/{acme.id}/connections/{made.json['id']}"


def save(caller: Caller, path: str, **changes: Any) -> Reply:
    """Read, then change."""
    return caller("PATCH", path, changes, if_match=caller("GET", path).etag)


def test_a_new_connection_has_the_generated_values(api: Caller, draft: str) -> None:
    found = api("GET", draft).json
    root = f"https://sso.example.test/api/saml/{found['id']}"
    assert found["single_sign_on_url"] == f"{root}/acs"
    assert found["sp_entity_id"] == found["sp_metadata_url"] == f"{root}/metadata"
    assert found["login_url"] == f"{root}/login"
    assert (found["status"], found["last_test"], found["last_sign_in_at"]) == ("draft", None, None)
    assert (found["clock_skew_seconds"], found["jit_provisioning"], found["default_role"]) == (180, True, "member")


def test_a_connection_is_created_without_a_body_for_no_field_is_required(api: Caller, acme: Organization) -> None:
    made = api("POST", f"/v1/organizations/{acme.id}/connections")
    assert (made.status, made.json["name"], made.json["provider"]) == (201, None, "other")
    assert api("POST", f"/v1/organizations/{acme.id}/setup-links").status == 201
    assert api("POST", "/v1/organizations").code == "malformed_json"
    assert api("PATCH", f"/v1/organizations/{acme.id}").code == "malformed_json"


def test_three_values_make_it_ready(api: Caller, draft: str) -> None:
    pem = certificate_pem("idp.acme.test")
    assert save(api, draft, identity_provider_url=URL, identity_provider_issuer=ISSUER).json["status"] == "draft"
    saved = save(api, draft, x509_certificates=[pem]).json
    assert saved["status"] == "ready"
    assert [c["subject"] for c in saved["x509_certificates"]] == ["CN=idp.acme.test"]
    assert api("GET", draft).json == saved


def test_a_save_without_if_match_or_with_an_old_one_is_refused(api: Caller, draft: str) -> None:
    etag = api("GET", draft).etag
    assert (api("PATCH", draft, {"name": "x"}).status, api("DELETE", draft).status) == (428, 428)
    assert api("PATCH", draft, {"name": "first"}, if_match=etag).status == 200
    second = api("PATCH", draft, {"name": "second"}, if_match=etag)
    assert (second.status, second.code) == (412, "stale")
    assert api("DELETE", draft, if_match=etag).status == 412
    assert api("PATCH", draft, {"name": "weak"}, if_match=f"W/{api('GET', draft).etag}").status == 412
    listed = f'"other", {api("GET", draft).etag}'
    assert api("PATCH", draft, {"name": "listed"}, if_match=listed).status == 200
    assert api("DELETE", draft, if_match="*").status == 204


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("identity_provider_url", "http://idp.acme.test/sso", "not_https"),
        ("identity_provider_url", "http://localhost:9000/sso", "not_https"),
        ("identity_provider_url", "https://user:pass@idp.acme.test/", "invalid_url"),
        ("identity_provider_url", "https://idp.acme.test/#here", "invalid_url"),
        ("identity_provider_url", "https://idp.acme.test/\nSet-Cookie: a=b", "invalid_url"),
        ("identity_provider_url", "https://idp.acme.test\\@evil.test/", "invalid_url"),
        ("identity_provider_url", "https://", "invalid_url"),
        ("identity_provider_url", "https://[::1", "invalid_url"),
        ("identity_provider_url", "https://idp.acme.test:99999/", "invalid_url"),
        ("identity_provider_url", "javascript:alert(1)", "not_https"),
        ("identity_provider_url", "https://sso.example.test/api/saml/x/acs", "own_url"),
        ("identity_provider_url", "https://SSO.example.test/api", "own_url"),
        ("identity_provider_url", "https://idp.acme.test/" + "a" * 2048, "too_long"),
        ("identity_provider_issuer", "a" * 1025, "too_long"),
        ("identity_provider_issuer", " https://idp", "invalid_text"),
        ("name_id_format", "urn:mine", "invalid_value"),
        ("clock_skew_seconds", 301, "too_large"),
        ("clock_skew_seconds", -1, "too_small"),
        ("clock_skew_seconds", "180", "invalid_type"),
        ("sha1_exception_until", "2026-11-23", "invalid_date"),
        ("sha1_exception_until", "2027-11-24", "invalid_date"),
        ("sha1_exception_until", "soon", "invalid_date"),
        ("provider", "myidp", "invalid_value"),
        ("allow_idp_initiated", 1, "invalid_type"),
        ("x509_certificates", [], "too_short"),
        ("status", "active", "unknown_field"),
        ("single_sign_on_url", "https://x.test", "unknown_field"),
        ("metadata_url", "http://idp.acme.test/metadata", "not_https"),
        ("metadata_url", "https://127.0.0.1/metadata", "ip_address"),
        ("metadata_url", "https://idp.acme.test:25/metadata", "port_refused"),
        ("metadata_signing_certificate", "-----BEGIN PRIVATE KEY-----", "private_key"),
    ],
)
def test_a_bad_field_is_named_and_nothing_is_saved(
    api: Caller, draft: str, field: str, value: object, code: str
) -> None:
    before = api("GET", draft).json
    refused = save(api, draft, **{field: value})
    assert refused.status == 422
    assert refused.field_codes == {f"/{field}": code}
    assert api("GET", draft).json == before


def test_what_is_not_a_certificate_is_named_by_its_place(api: Caller, draft: str) -> None:
    texts = [certificate_pem("fine.test"), "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"]
    refused = save(api, draft, x509_certificates=texts)
    assert refused.field_codes == {"/x509_certificates/1": "private_key"}
    assert b"AAAA" not in refused.body


def test_four_certificates_are_taken_and_a_fifth_is_refused_though_it_repeats_one(api: Caller, draft: str) -> None:
    same = certificate_pem("idp.test")
    assert len(save(api, draft, x509_certificates=[same] * 4).json["x509_certificates"]) == 1
    refused = save(api, draft, x509_certificates=[same] * 5)
    assert (refused.status, refused.field_codes) == (422, {"/x509_certificates": "too_many_certificates"})


def test_an_expired_certificate_is_taken_with_a_warning(api: Caller, draft: str, deployment: Deployment) -> None:
    pem = certificate_pem("old.test", not_after=deployment.now - timedelta(days=1))
    saved = save(api, draft, x509_certificates=[pem]).json
    assert [(w["pointer"], w["code"]) for w in saved["warnings"]] == [("/x509_certificates/0", "expired")]


def test_a_mapping_changes_only_the_fields_that_it_names(api: Caller, draft: str) -> None:
    before = api("GET", draft).json["attribute_mapping"]
    after = save(api, draft, attribute_mapping={"email": ["NameID"]}).json["attribute_mapping"]
    assert after == before | {"email": ["NameID"]}


def test_an_error_about_the_plan_names_the_contact(api: Caller, deployment: Deployment) -> None:
    basic = deployment.organization("basic.test", plan=Plan.STANDARD)
    connection = deployment.connection(basic)
    root = f"/v1/organizations/{basic.id}/connections"
    for method, tail, body in (
        ("POST", "", {}),
        ("GET", "", None),
        ("GET", f"/{connection.id}", None),
        ("PATCH", f"/{connection.id}", {"name": "x"}),
        ("DELETE", f"/{connection.id}", None),
        ("POST", f"/{connection.id}/enable", None),
    ):
        refused = api(method, root + tail, body, if_match="*")
        assert (refused.status, refused.code) == (403, "enterprise_plan_required")
        assert "your account manager" in refused.json["detail"]


def test_a_connection_of_another_organization_is_not_there(
    api: Caller, deployment: Deployment, acme: Organization
) -> None:
    foreign = deployment.connection(deployment.organization("other.test"))
    path = f"/v1/organizations/{acme.id}/connections/{foreign.id}"
    for method, tail, body in (
        ("GET", "", None),
        ("PATCH", "", {"name": "x"}),
        ("DELETE", "", None),
        ("POST", "/disable", None),
        ("POST", "/enable", None),
        ("GET", "/sign-in-attempts", None),
    ):
        assert api(method, path + tail, body, if_match="*").code == "not_found"


def test_disabling_and_enabling_bring_an_active_one_back(
    api: Caller, deployment: Deployment, acme: Organization
) -> None:
    connection = deployment.connection(acme)
    path = f"/v1/organizations/{acme.id}/connections/{connection.id}"
    assert api("GET", path).json["status"] == "active"
    assert api("POST", f"{path}/disable").json["status"] == "disabled"
    assert api("POST", f"{path}/disable").json["status"] == "disabled"
    assert api("POST", f"{path}/enable").json["status"] == "active"


def test_metadata_fills_the_three_values(api: Caller, draft: str) -> None:
    body = "".join(line for line in certificate_pem("idp.acme.test").splitlines() if not line.startswith("-"))
    xml = f"""<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{ISSUER}">
      <md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"
        WantAuthnRequestsSigned="true">
        <md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>
          <ds:X509Certificate>{body}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
        <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="{URL}"/>
      </md:IDPSSODescriptor></md:EntityDescriptor>"""
    saved = save(api, draft, metadata_xml=xml).json
    assert (saved["identity_provider_url"], saved["identity_provider_issuer"]) == (URL, ISSUER)
    assert (saved["status"], saved["sign_requests"]) == ("ready", True)
    beside = save(api, draft, metadata_xml=xml, identity_provider_url=URL)
    assert beside.field_codes == {"/identity_provider_url": "conflicting_fields"}


def test_the_list_pages_through_all_and_there_are_25_at_most(
    api: Caller, deployment: Deployment, acme: Organization
) -> None:
    root = f"/v1/organizations/{acme.id}/connections"
    made: list[Connection] = []
    for _ in range(25):
        deployment.later(seconds=1)
        made.append(deployment.connection(acme))
    assert api("POST", root, {}).code == "connection_limit"
    first = api("GET", f"{root}?limit=20").json
    second = api("GET", f"{root}?limit=20&after={first['list_metadata']['after']}").json
    assert [c["id"] for c in first["data"] + second["data"]] == [c.id for c in reversed(made)]
    assert second["list_metadata"]["after"] is None


def test_a_deleted_connection_is_gone_from_policy_too(api: Caller, deployment: Deployment, acme: Organization) -> None:
    connection = deployment.connection(acme)
    path = f"/v1/organizations/{acme.id}"
    assert api("GET", f"{path}/login-policy").json["mode"] == "required"
    assert api("DELETE", f"{path}/connections/{connection.id}", if_match='"1"').status == 204
    assert api("GET", f"{path}/connections/{connection.id}").status == 404
    assert api("GET", f"{path}/login-policy").json["mode"] == "password"


def test_a_refused_test_is_a_problem_as_the_description_says(deployment: Deployment) -> None:
    """A draft can't be tested: the refusal carries advice, and the description knows its members."""
    from chalicelib.errors import SignInRefused
    from chalicelib.http.problem_details import problem_of
    from chalicelib.http.schemas import ProblemAnswer
    from chalicelib.saml.refusal import RefusalCode

    problem = problem_of(SignInRefused(RefusalCode.CONNECTION_NOT_CONFIGURED), "req_x")
    assert set(problem.members) <= set(ProblemAnswer.model_fields)
    assert {"retry_helps", "fixer", "what_to_do"} <= set(problem.members)


@pytest.mark.parametrize("action", ["pending/apply", "roll-back", "activate"])
def test_what_is_put_in_force_must_be_named(
    api: Caller, deployment: Deployment, acme: Organization, action: str
) -> None:
    path = f"/v1/organizations/{acme.id}/connections/{deployment.connection(acme).id}"
    for headers in ({}, {"if_match": "*"}, {"if_match": " * "}):
        refused = api("POST", f"{path}/{action}", **headers)
        assert (refused.status, refused.code) == (428, "precondition_required")
    assert api("POST", f"{path}/{action}", if_match=api("GET", path).etag).status in (200, 409)
