"""Makes everything once per process and hands it out. The only place that knows how things are built."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.outside import StoreContainer
from chalicelib.settings import settings_from

if TYPE_CHECKING:
    from chalicelib.services.api_keys import ApiKeys
    from chalicelib.services.assertion_consumer import AssertionConsumer
    from chalicelib.services.attempts import Attempts
    from chalicelib.services.audit_digests import AuditDigests
    from chalicelib.services.audit_log import AuditLog
    from chalicelib.services.callers import ApiKeyAuthenticator
    from chalicelib.services.certificate_care import CertificateExpiryMonitor
    from chalicelib.services.connection_tests import ConnectionTests
    from chalicelib.services.connections import Connections
    from chalicelib.services.discovery import HomeRealmDiscovery
    from chalicelib.services.idempotency import Idempotency
    from chalicelib.services.imports import Imports
    from chalicelib.services.inspector import Inspector
    from chalicelib.services.key_rotation import KeyRotation
    from chalicelib.services.leftovers import OrphanCleanup
    from chalicelib.services.limits import Limits
    from chalicelib.services.links import Links
    from chalicelib.services.login_policies import LoginPolicies
    from chalicelib.services.metadata_refresh import MetadataRefresh
    from chalicelib.services.metered_fetch import MeteredFetch
    from chalicelib.services.organizations import Organizations
    from chalicelib.services.passwords import Passwords
    from chalicelib.services.pending_values import PendingConfiguration
    from chalicelib.services.policy_reach import PolicyImpacts
    from chalicelib.services.sessions import Sessions
    from chalicelib.services.setup_guests import SetupSessions
    from chalicelib.services.setup_links import SetupLinks
    from chalicelib.services.sign_in_start import SignInStart
    from chalicelib.services.sp_metadata import ServiceProviderMetadata
    from chalicelib.services.users import Users


class Container(StoreContainer):
    """Everything, made on first use: a request that needs no page loads no template engine."""

    @cached_property
    def sessions(self) -> Sessions:
        """Browsers' sessions."""
        from chalicelib.services.sessions import Sessions

        return Sessions(self.table)

    @cached_property
    def sign_in_start(self) -> SignInStart:
        """Makes AuthnRequests."""
        from chalicelib.services.sign_in_start import SignInStart

        return SignInStart(self.connection_cache, self.keys, self.settings)

    @cached_property
    def assertion_consumer(self) -> AssertionConsumer:
        """Takes what identity providers answer."""
        from chalicelib.services.assertion_consumer import AssertionConsumer

        return AssertionConsumer(
            self.table, self.connection_cache, self.certificates, self.keys, self.sign_in_start, self.settings
        )

    @cached_property
    def connection_tests(self) -> ConnectionTests:
        """Test sign-ins."""
        from chalicelib.services.connection_tests import ConnectionTests

        return ConnectionTests(self.table, self.connection_cache, self.sign_in_start, self.settings)

    @cached_property
    def api_key_authenticator(self) -> ApiKeyAuthenticator:
        """Knows API keys."""
        from chalicelib.services.callers import ApiKeyAuthenticator

        return ApiKeyAuthenticator(self.table)

    @cached_property
    def idempotency(self) -> Idempotency:
        """Makes a repeated request give the same object."""
        from chalicelib.services.idempotency import Idempotency

        return Idempotency(self.table, self.keys)

    @cached_property
    def organizations(self) -> Organizations:
        """Organizations."""
        from chalicelib.services.organizations import Organizations

        return Organizations(self.table, self.certificates, self.connection_cache)

    @cached_property
    def users(self) -> Users:
        """Users."""
        from chalicelib.services.users import Users

        return Users(self.table, self.settings.product_name)

    @cached_property
    def connections(self) -> Connections:
        """Connections, as admins configure them."""
        from chalicelib.services.connections import Connections

        return Connections(self.table, self.certificates, self.settings, self.connection_cache, self.metered_fetch)

    @cached_property
    def metered_fetch(self) -> MeteredFetch:
        """Fetches metadata for requests."""
        from chalicelib.services.limits import Limits
        from chalicelib.services.metered_fetch import MeteredFetch

        return MeteredFetch(self.metadata_fetch, Limits(self.table), self.clock)

    @cached_property
    def imports(self) -> Imports:
        """Understands what admins paste."""
        from chalicelib.services.imports import Imports

        return Imports(self.metered_fetch, self.settings)

    @cached_property
    def metadata_refresh(self) -> MetadataRefresh:
        """Reads metadata again."""
        from chalicelib.services.metadata_refresh import MetadataRefresh

        return MetadataRefresh(self.table, self.connections)

    @cached_property
    def certificate_expiry(self) -> CertificateExpiryMonitor:
        """Notes certificates that will end."""
        from chalicelib.services.certificate_care import CertificateExpiryMonitor

        return CertificateExpiryMonitor(self.table)

    @cached_property
    def cleanup(self) -> OrphanCleanup:
        """Finishes what broke off."""
        from chalicelib.services.leftovers import OrphanCleanup

        return OrphanCleanup(self.table, self.certificates, self.connection_cache)

    @cached_property
    def pending_values(self) -> PendingConfiguration:
        """New values of live connections."""
        from chalicelib.services.pending_values import PendingConfiguration

        return PendingConfiguration(self.table, self.connections)

    @cached_property
    def setup_links(self) -> SetupLinks:
        """Links for a customer's IT person."""
        from chalicelib.services.setup_links import SetupLinks

        return SetupLinks(self.table, self.connections, self.settings.base_url)

    @cached_property
    def setup_sessions(self) -> SetupSessions:
        """Whoever opened such a link."""
        from chalicelib.services.setup_guests import SetupSessions

        return SetupSessions(self.table, self.connections, self.pending_values, self.connection_tests)

    @cached_property
    def attempts(self) -> Attempts:
        """Sign-in attempts."""
        from chalicelib.services.attempts import Attempts

        return Attempts(self.table)

    @cached_property
    def inspector(self) -> Inspector:
        """Explains responses."""
        from chalicelib.services.inspector import Inspector

        return Inspector(self.certificates, self.keys, self.settings)

    @cached_property
    def policy_impact(self) -> PolicyImpacts:
        """Whom a login policy binds."""
        from chalicelib.services.policy_reach import PolicyImpacts

        return PolicyImpacts(self.table)

    @cached_property
    def home_realm_discovery(self) -> HomeRealmDiscovery:
        """Home-realm discovery."""
        from chalicelib.services.discovery import HomeRealmDiscovery

        return HomeRealmDiscovery(self.table)

    @cached_property
    def passwords(self) -> Passwords:
        """Sign-in by password."""
        from chalicelib.services.passwords import Passwords

        made = self.settings
        return Passwords(
            self.table, self.home_realm_discovery, self.limits, self.keys, made.password_tries, made.product_name
        )

    @cached_property
    def limits(self) -> Limits:
        """Counts tries."""
        from chalicelib.services.limits import Limits

        return Limits(self.table)

    @cached_property
    def links(self) -> Links:
        """One-time links."""
        from chalicelib.services.links import Links

        return Links(self.table, self.settings.base_url, self.settings.product_name)

    @cached_property
    def key_rotation(self) -> KeyRotation:
        """Changes our own keys."""
        from chalicelib.services.key_rotation import KeyRotation

        return KeyRotation(self.keys)

    @cached_property
    def sp_metadata(self) -> ServiceProviderMetadata:
        """What identity providers must know of us."""
        from chalicelib.services.sp_metadata import ServiceProviderMetadata

        return ServiceProviderMetadata(self.connection_cache, self.keys, self.settings)

    @cached_property
    def login_policies(self) -> LoginPolicies:
        """Login policies."""
        from chalicelib.services.login_policies import LoginPolicies

        return LoginPolicies(self.table)

    @cached_property
    def audit_log(self) -> AuditLog:
        """What was done, and by whom."""
        from chalicelib.services.audit_log import AuditLog

        return AuditLog(self.table, self.keys)

    @cached_property
    def audit_digests(self) -> AuditDigests:
        """Makes deletions from the audit log evident."""
        from chalicelib.services.audit_digests import AuditDigests

        return AuditDigests(self.table, self.keys)

    @cached_property
    def api_keys(self) -> ApiKeys:
        """API keys."""
        from chalicelib.services.api_keys import ApiKeys

        return ApiKeys(self.table)


_container: Container | None = None


def use(container: Container) -> None:
    """Take this container from now on: the local run and the tests."""
    global _container
    _container = container


def current() -> Container:
    """The process's container; in Lambda made from the environment when the first request comes."""
    if _container is None:
        use(_from_environment())
        return current()
    return _container


def _from_environment() -> Container:
    from chalicelib.adapters.aws_clients import dynamodb_client, secrets_manager_client

    return Container(settings_from(), dynamodb=dynamodb_client, secrets_manager=secrets_manager_client)
