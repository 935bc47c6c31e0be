"""Composition root: creates each service lazily, once per process."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.container_stores import StoreContainer
from chalicelib.settings import settings_from

if TYPE_CHECKING:
    from chalicelib.api_keys.callers import Callers
    from chalicelib.api_keys.service import ApiKeys
    from chalicelib.audit_log.digest_run import AuditDigests
    from chalicelib.audit_log.service import AuditLog
    from chalicelib.cleanup.service import OrphanCleanup
    from chalicelib.connections.expiry import CertificateExpiryMonitor
    from chalicelib.connections.pending import PendingConfiguration
    from chalicelib.connections.service import Connections
    from chalicelib.connections.testing import ConnectionTests
    from chalicelib.http.problem_details import Refusals
    from chalicelib.idempotency.service import Idempotency
    from chalicelib.idp_metadata.metered_fetch import MeteredFetch
    from chalicelib.idp_metadata.refresh import MetadataRefresh
    from chalicelib.idp_metadata.service import Imports
    from chalicelib.invitations.service import Links
    from chalicelib.login_policy.discovery import HomeRealmDiscovery
    from chalicelib.login_policy.impact import PolicyImpacts
    from chalicelib.login_policy.service import LoginPolicies
    from chalicelib.organizations.service import Organizations
    from chalicelib.passwords.service import Passwords
    from chalicelib.rate_limits.service import Limits
    from chalicelib.sessions.remembered_account import RememberedAccount
    from chalicelib.sessions.service import Sessions
    from chalicelib.setup_links.service import SetupLinks
    from chalicelib.setup_links.sessions import SetupSessions
    from chalicelib.sign_in.acs import AssertionConsumer
    from chalicelib.sign_in.sp_metadata import ServiceProviderMetadata
    from chalicelib.sign_in.start import SignInStart
    from chalicelib.sign_in_attempts.inspector import Inspector
    from chalicelib.sign_in_attempts.service import Attempts
    from chalicelib.signing_keys.service import KeyRotation
    from chalicelib.users.service import Users


class Container(StoreContainer):
    """The services. Each is created on first use, so a request that renders no page doesn't load the template
    engine.
    """

    @cached_property
    def sessions(self) -> Sessions:
        """Manages browser sessions."""
        from chalicelib.sessions.service import Sessions

        return Sessions(self.table)

    @staticmethod
    def remembered_account(cookie: str) -> RememberedAccount | None:
        """Parses the cookie of the account that last signed in."""
        from chalicelib.sessions.remembered_account import parse_remembered_account

        return parse_remembered_account(cookie)

    @cached_property
    def sign_in_start(self) -> SignInStart:
        """Creates AuthnRequests."""
        from chalicelib.sign_in.start import SignInStart

        return SignInStart(self.connection_cache, self.keys, self.settings)

    @cached_property
    def assertion_consumer(self) -> AssertionConsumer:
        """Processes SAML responses from identity providers."""
        from chalicelib.sign_in.acs import AssertionConsumer

        return AssertionConsumer(
            self.table, self.connection_cache, self.certificates, self.keys, self.sign_in_start, self.settings
        )

    @cached_property
    def connection_tests(self) -> ConnectionTests:
        """Runs test sign-ins."""
        from chalicelib.connections.testing import ConnectionTests

        return ConnectionTests(self.table, self.connection_cache, self.sign_in_start, self.settings)

    @cached_property
    def callers(self) -> Callers:
        """Authenticates callers of the API."""
        from chalicelib.api_keys.authentication import ApiKeyAuthenticator
        from chalicelib.api_keys.callers import Callers

        return Callers(ApiKeyAuthenticator(self.table), lambda: self.sessions)

    @cached_property
    def idempotency(self) -> Idempotency:
        """Returns the same object for a repeated request with an Idempotency-Key."""
        from chalicelib.idempotency.service import Idempotency

        return Idempotency(self.table, self.keys)

    @cached_property
    def organizations(self) -> Organizations:
        """Manages organizations."""
        from chalicelib.organizations.service import Organizations

        return Organizations(self.table, self.certificates, self.connection_cache)

    @cached_property
    def users(self) -> Users:
        """Manages users."""
        from chalicelib.users.service import Users

        return Users(self.table, self.settings.product_name)

    @cached_property
    def connections(self) -> Connections:
        """Manages connections for admins."""
        from chalicelib.connections.service import Connections

        return Connections(self.table, self.certificates, self.settings, self.connection_cache, self.metered_fetch)

    @cached_property
    def metered_fetch(self) -> MeteredFetch:
        """Fetches metadata for requests, rate-limited."""
        from chalicelib.idp_metadata.metered_fetch import MeteredFetch

        return MeteredFetch(self.metadata_fetch, self.limits, self.clock)

    @cached_property
    def imports(self) -> Imports:
        """Parses what admins paste or upload."""
        from chalicelib.idp_metadata.service import Imports

        return Imports(self.metered_fetch, self.settings)

    @cached_property
    def metadata_refresh(self) -> MetadataRefresh:
        """Refreshes connections' metadata."""
        from chalicelib.idp_metadata.refresh import MetadataRefresh

        return MetadataRefresh(self.table, self.connections)

    @cached_property
    def certificate_expiry(self) -> CertificateExpiryMonitor:
        """Sends notices of expiring certificates."""
        from chalicelib.connections.expiry import CertificateExpiryMonitor

        return CertificateExpiryMonitor(self.table)

    @cached_property
    def cleanup(self) -> OrphanCleanup:
        """Finishes interrupted deletions and removes orphaned objects."""
        from chalicelib.cleanup.service import OrphanCleanup

        return OrphanCleanup(self.table, self.certificates, self.connection_cache)

    @cached_property
    def pending_values(self) -> PendingConfiguration:
        """Manages pending values of live connections."""
        from chalicelib.connections.pending import PendingConfiguration

        return PendingConfiguration(self.table, self.connections)

    @cached_property
    def setup_links(self) -> SetupLinks:
        """Manages setup links."""
        from chalicelib.setup_links.service import SetupLinks

        return SetupLinks(self.table, self.connections, self.settings.base_url)

    @cached_property
    def setup_sessions(self) -> SetupSessions:
        """Manages the guest sessions of setup links."""
        from chalicelib.setup_links.sessions import SetupSessions

        return SetupSessions(self.table, self.connections, self.pending_values, self.connection_tests)

    @cached_property
    def attempts(self) -> Attempts:
        """Lists sign-in attempts."""
        from chalicelib.sign_in_attempts.service import Attempts

        return Attempts(self.table)

    @cached_property
    def inspector(self) -> Inspector:
        """Explains SAML responses."""
        from chalicelib.sign_in_attempts.inspector import Inspector

        return Inspector(self.certificates, self.keys, self.settings)

    @cached_property
    def policy_impact(self) -> PolicyImpacts:
        """Computes which users a login policy applies to."""
        from chalicelib.login_policy.impact import PolicyImpacts

        return PolicyImpacts(self.table)

    @cached_property
    def home_realm_discovery(self) -> HomeRealmDiscovery:
        """Resolves an email address to a sign-in method."""
        from chalicelib.login_policy.discovery import HomeRealmDiscovery

        return HomeRealmDiscovery(self.table)

    @cached_property
    def passwords(self) -> Passwords:
        """Signs users in with passwords."""
        from chalicelib.passwords.service import Passwords

        tries, product_name = self.settings.password_tries, self.settings.product_name
        return Passwords(self.table, self.home_realm_discovery, self.limits, self.keys, tries, product_name)

    @cached_property
    def limits(self) -> Limits:
        """Counts attempts against rate limits."""
        from chalicelib.rate_limits.service import Limits

        return Limits(self.table)

    @cached_property
    def links(self) -> Links:
        """Manages one-time links."""
        from chalicelib.invitations.service import Links

        return Links(self.table, self.settings.base_url, self.settings.product_name)

    @cached_property
    def key_rotation(self) -> KeyRotation:
        """Rotates the deployment's own keys."""
        from chalicelib.signing_keys.service import KeyRotation

        return KeyRotation(self.keys)

    @property
    def refusals(self) -> Refusals:
        """Presents refused sign-ins."""
        from chalicelib.sign_in import refusal_page

        return refusal_page

    @cached_property
    def sp_metadata(self) -> ServiceProviderMetadata:
        """Creates the service provider's SAML metadata."""
        from chalicelib.sign_in.sp_metadata import ServiceProviderMetadata

        return ServiceProviderMetadata(self.connection_cache, self.keys, self.settings)

    @cached_property
    def login_policies(self) -> LoginPolicies:
        """Manages login policies."""
        from chalicelib.login_policy.service import LoginPolicies

        return LoginPolicies(self.table)

    @cached_property
    def audit_log(self) -> AuditLog:
        """Reads the audit log."""
        from chalicelib.audit_log.service import AuditLog

        return AuditLog(self.table, self.keys)

    @cached_property
    def audit_digests(self) -> AuditDigests:
        """Writes audit digests, which make deletions from the audit log evident."""
        from chalicelib.audit_log.digest_run import AuditDigests

        return AuditDigests(self.table, self.keys)

    @cached_property
    def api_keys(self) -> ApiKeys:
        """Manages API keys."""
        from chalicelib.api_keys.service import ApiKeys

        return ApiKeys(self.table)


_container: Container | None = None


def use(container: Container) -> None:
    """Replaces the process's container. For the local run and the tests."""
    global _container
    _container = container


def current() -> Container:
    """The process's container. In Lambda it is created from the environment on the first request."""
    return _container or _from_environment()


def _from_environment() -> Container:
    from chalicelib.aws.clients import dynamodb_client, secrets_manager_client

    container = Container(settings_from(), dynamodb=dynamodb_client, secrets_manager=secrets_manager_client)
    use(container)
    return container
