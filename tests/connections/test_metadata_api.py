"""…/import, …/refresh and …/certificates/approve, and metadata in PATCH."""

from __future__ import annotations

import pytest

from chalicelib.organizations.model import Organization, Plan
from tests.support.api import Caller, Reply
from tests.support.certificates import certificate_pem
from tests.support.deployment import Deployment
from tests.support.fixtures_api import acme as acme
from tests.support.metadata_site import MetadataSite, site_of
from tests.support.metadata_text import endpoint, entity
from tests.support.metadata_text import key as descriptor
from tests.support.wrong_imports import ONE, SEVERAL, TENANT, TWO, URL, describe

TENANT_WIDE = entity(
    descriptor(certificate_pem("accounts.accesscontrol.windows.net")) + endpoint(),
    entity_id=f'entityID="https://sts.windows.net/{TENANT}/"',
)


@pytest.fixture
def site(deployment: Deployment) -> MetadataSite:
    """The internet, where URL has metadata with ONE."""
    found = site_of(deployment)
    found.pages[URL] = describe(ONE).encode()
    return found


@pytest.fixture
def draft(api: Caller, acme: Organization, site: MetadataSite) -> str:
    """The path of a new connection."""
    made = api("POST", f"/v1/organizations/{acme.id}/connections", {})
    return f"/v1/organizations/{acme.id}/connections/{made.json['id']}"


def save(caller: Caller, path: str, **changes: object) -> Reply:
    """Read, then change."""
    return caller("PATCH", path, changes, if_match=caller("GET", path).etag)


@pytest.mark.parametrize("text", [URL, describe(ONE)])
def test_an_import_is_shown_and_saves_nothing(api: Caller, draft: str, text: str) -> None:
    before = api("GET", draft)
    shown = api("POST", f"{draft}/import", {"text": text})
    assert shown.status == 200
    (certificate,) = shown.json["x509_certificates"]
    assert shown.json | {"x509_certificates": []} == {
        "object": "import",
        "kind": "metadata_url" if text == URL else "metadata",
        "identity_provider_url": "https://idp.test/sso",
        "identity_provider_issuer": "https://idp.test",
        "x509_certificates": [],
        "entities": None,
        "metadata_url": URL if text == URL else None,
        "provider": None,
        "name": None,
        "error_url": None,
        "sign_requests": False,
        "request_binding": "redirect",
        "valid_until": None,
        "warnings": [],
    }
    assert (certificate["text"], certificate["sha256"]) == (ONE.base64, ONE.certificate.facts.sha256)
    after = api("GET", draft)
    assert (after.json, after.etag) == (before.json, before.etag)


def test_what_an_import_shows_can_be_saved_as_it_is(api: Caller, draft: str, site: MetadataSite) -> None:
    shown = api("POST", f"{draft}/import", {"text": URL}).json
    site.asked.clear()
    saved = save(
        api,
        draft,
        identity_provider_url=shown["identity_provider_url"],
        identity_provider_issuer=shown["identity_provider_issuer"],
        x509_certificates=[certificate["text"] for certificate in shown["x509_certificates"]],
        metadata_url=shown["metadata_url"],
    )
    assert (saved.json["status"], saved.json["metadata_url"]) == ("ready", URL)
    assert site.asked == []


def test_one_of_several_is_chosen(api: Caller, draft: str) -> None:
    listed = api("POST", f"{draft}/import", {"text": SEVERAL}).json
    assert listed["entities"] == [{"entity_id": "https://idp.test", "name": None}, {"entity_id": "two", "name": None}]
    assert (listed["identity_provider_url"], listed["x509_certificates"]) == (None, [])
    chosen = api("POST", f"{draft}/import", {"text": SEVERAL, "entity_id": "two"}).json
    assert (chosen["identity_provider_issuer"], chosen["entities"]) == ("two", None)


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"text": "hello"}, "/text", "not_understood"),
        ({"text": ""}, "/text", "empty_import"),
        ({"text": "-----BEGIN PRIVATE KEY-----"}, "/text", "private_key"),
        ({"text": "a" * 1_048_577}, "/text", "too_long"),
        ({"text": SEVERAL, "entity_id": ""}, "/entity_id", "too_short"),
        ({}, "/text", "required"),
        ({"text": URL, "save": True}, "/save", "unknown_field"),
    ],
)
def test_what_cannot_be_imported_is_reported(api: Caller, draft: str, body: object, pointer: str, code: str) -> None:
    refused = api("POST", f"{draft}/import", body)
    assert (refused.status, refused.field_codes) == (422, {pointer: code})


@pytest.mark.parametrize("tail", ["import", "refresh", "certificates/approve"])
def test_only_the_organizations_own_connections_are_touched(
    api: Caller, deployment: Deployment, acme: Organization, tail: str
) -> None:
    body = {"import": {"text": URL}, "refresh": {}, "certificates/approve": {"sha256": ["0" * 64]}}[tail]
    foreign = deployment.connection(deployment.organization("other.test"))
    path = f"/v1/organizations/{acme.id}/connections/{foreign.id}/{tail}"
    assert api("POST", path, body).code == "not_found"
    assert Caller()("POST", path, body).status == 401
    basic = deployment.organization("basic.test", plan=Plan.STANDARD)
    path = f"/v1/organizations/{basic.id}/connections/{deployment.connection(basic).id}/{tail}"
    assert api("POST", path, body).code == "enterprise_plan_required"


def test_a_metadata_address_fills_the_three_values_and_is_kept(api: Caller, draft: str) -> None:
    saved = save(api, draft, metadata_url=URL).json
    assert (saved["identity_provider_url"], saved["metadata_url"]) == ("https://idp.test/sso", URL)
    assert (saved["status"], saved["last_refresh"], saved["found_certificates"]) == ("ready", None, [])
    cleared = save(api, draft, metadata_url=None).json
    assert (cleared["metadata_url"], cleared["identity_provider_url"]) == (None, "https://idp.test/sso")


def test_beside_metadata_the_issuer_chooses_and_other_values_clash(api: Caller, draft: str, site: MetadataSite) -> None:
    site.pages[URL] = SEVERAL.encode()
    assert save(api, draft, metadata_url=URL).field_codes == {"/metadata_url": "several_identity_providers"}
    assert save(api, draft, metadata_xml=SEVERAL).field_codes == {"/metadata_xml": "several_identity_providers"}
    unknown = save(api, draft, metadata_url=URL, identity_provider_issuer="three")
    assert unknown.field_codes == {"/metadata_url": "unknown_entity_id"}
    clash = save(api, draft, metadata_url=URL, identity_provider_url="https://x.test")
    assert clash.field_codes == {"/identity_provider_url": "conflicting_fields"}
    both = save(api, draft, metadata_url=URL, metadata_xml=SEVERAL)
    assert both.field_codes == {"/metadata_url": "conflicting_fields"}
    chosen = save(api, draft, metadata_url=URL, identity_provider_issuer="two").json
    assert [c["sha256"] for c in chosen["x509_certificates"]] == [TWO.certificate.facts.sha256]


def test_a_metadata_address_may_wait_with_the_values_that_it_gives(api: Caller, draft: str) -> None:
    pending = api("PUT", f"{draft}/pending", {"metadata_url": URL}, if_match=api("GET", draft).etag).json
    assert pending["pending"]["identity_provider_url"] == "https://idp.test/sso"
    assert (pending["metadata_url"], pending["identity_provider_url"]) == (None, None)


def test_a_found_certificate_is_shown_and_trusted_after_it_was_approved(
    api: Caller, draft: str, site: MetadataSite
) -> None:
    save(api, draft, metadata_url=URL)
    site.pages[URL] = describe(ONE, TWO).encode()
    looked = api("POST", f"{draft}/refresh")
    assert looked.json["last_refresh"]["code"] is None
    assert [c["sha256"] for c in looked.json["found_certificates"]] == [TWO.certificate.facts.sha256]
    assert len(looked.json["x509_certificates"]) == 1
    (listed,) = api("GET", draft.rpartition("/")[0]).json["data"]
    assert listed == api("GET", draft).json == looked.json
    approved = api("POST", f"{draft}/certificates/approve", {"sha256": [TWO.certificate.facts.sha256]})
    assert (len(approved.json["x509_certificates"]), approved.json["found_certificates"]) == (2, [])
    assert approved.etag != looked.etag


def test_a_failed_refresh_is_shown(api: Caller, draft: str, site: MetadataSite) -> None:
    save(api, draft, metadata_url=URL)
    site.pages[URL] = "timeout"
    looked = api("POST", f"{draft}/refresh")
    assert looked.status == 200
    assert looked.json["last_refresh"]["code"] == "timeout"
    assert looked.json["identity_provider_url"] == "https://idp.test/sso"


def test_a_pinned_certificate_is_read_back_by_its_facts(api: Caller, draft: str) -> None:
    saved = save(api, draft, metadata_signing_certificate=ONE.pem).json["metadata_signing_certificate"]
    assert saved["sha256"] == ONE.certificate.facts.sha256
    chain = save(api, draft, metadata_signing_certificate=ONE.pem + TWO.pem)
    assert chain.field_codes == {"/metadata_signing_certificate": "too_many"}
    assert save(api, draft, metadata_signing_certificate=None).json["metadata_signing_certificate"] is None


def test_a_metadata_address_in_the_place_of_the_address_for_signing_in_is_read(
    api: Caller, draft: str, site: MetadataSite
) -> None:
    saved = save(api, draft, identity_provider_url=URL)
    assert saved.status == 200
    assert (saved.json["identity_provider_url"], saved.json["metadata_url"]) == ("https://idp.test/sso", URL)
    assert saved.json["identity_provider_issuer"] == "https://idp.test"
    assert [c["sha256"] for c in saved.json["x509_certificates"]] == [ONE.certificate.facts.sha256]
    assert [(w["pointer"], w["code"]) for w in saved.json["warnings"]] == [
        ("/identity_provider_url", "metadata_address")
    ]
    assert api("GET", draft).json["warnings"] == []


def test_a_metadata_address_where_nothing_can_be_read_is_saved_with_a_warning_that_stays(
    api: Caller, draft: str, site: MetadataSite
) -> None:
    elsewhere = "https://gone.example.com/metadata"
    saved = save(api, draft, identity_provider_url=elsewhere)
    for reply in (saved, api("GET", draft)):
        assert reply.status == 200
        assert reply.json["identity_provider_url"] == elsewhere
        assert [w["code"] for w in reply.json["warnings"]] == ["metadata_address"]


def test_with_the_other_values_beside_it_an_address_is_saved_as_it_is(
    api: Caller, draft: str, site: MetadataSite
) -> None:
    saved = save(api, draft, identity_provider_url=URL, identity_provider_issuer="https://idp.test")
    assert (saved.json["identity_provider_url"], saved.json["metadata_url"], site.asked) == (URL, None, [])


@pytest.mark.parametrize(
    "query", ["SAMLRequest=fZBB&RelayState=x", "a=b&samlrequest=fZBB", "SAMLResponse=PHNh", "x;SAMLRequest=fZBB"]
)
def test_the_link_of_one_sign_in_is_refused_as_an_address(api: Caller, draft: str, query: str) -> None:
    refused = save(api, draft, identity_provider_url=f"https://idp.test/sso?{query}")
    assert (refused.status, refused.field_codes) == (422, {"/identity_provider_url": "sign_in_link"})
    assert save(api, draft, identity_provider_url="https://idp.test/sso?a=b").status == 200


@pytest.mark.parametrize("document", [describe(), describe(ONE, more='validUntil="2099-01-01T00:00:00Z"'), TENANT_WIDE])
def test_saved_metadata_gives_the_same_warnings_as_an_import_of_it(api: Caller, draft: str, document: str) -> None:
    imported = api("POST", f"{draft}/import", {"text": document}).json["warnings"]
    saved = save(api, draft, metadata_xml=document).json["warnings"]
    assert imported
    assert sorted(map(str, saved)) == sorted(map(str, imported))


def test_the_link_of_one_sign_in_is_refused_as_a_metadata_address(api: Caller, draft: str, site: MetadataSite) -> None:
    refused = save(api, draft, metadata_url="https://idp.test/sso?SAMLRequest=fZBB")
    assert (refused.status, refused.field_codes, site.asked) == (422, {"/metadata_url": "sign_in_link"}, [])


def test_metadata_without_a_certificate_leaves_the_certificates_as_they_are(api: Caller, draft: str) -> None:
    save(api, draft, x509_certificates=[TWO.pem])
    saved = save(api, draft, metadata_xml=describe())
    assert saved.json["identity_provider_issuer"] == "https://idp.test"
    assert [c["sha256"] for c in saved.json["x509_certificates"]] == [TWO.certificate.facts.sha256]
