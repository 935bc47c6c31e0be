"""Making an organization with a ready connection out of an entry. It is never active: a sign-in has to prove it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.connections.changes import ConnectionChanges
from chalicelib.connections.input import read_certificates, validate_values
from chalicelib.connections.model import AttributeMapping, Connection, ConnectionStatus, Provider
from chalicelib.connections.provider_guides import guides
from chalicelib.connections.provider_name import PROVIDER_NAMES
from chalicelib.container import Container
from chalicelib.errors import Conflict, Invalid
from chalicelib.i18n.catalog import in_english
from chalicelib.i18n.check_texts import tell_in_english
from chalicelib.i18n.message import message
from chalicelib.idp_metadata.input import apply_metadata
from chalicelib.idp_metadata.provider_address import provider_of
from chalicelib.organizations.domain_store import domain_lookup
from chalicelib.organizations.model import Organization, Plan
from chalicelib.organizations.public_email_domains import is_public_domain
from chalicelib.saml.service_provider import service_provider
from chalicelib.users.email_address import canonical_domain
from ops.cli.migrate.entry import Entry, Skipped
from ops.cli.output import Values
from ops.cli.queries import connections_of


@dataclass(frozen=True, slots=True)
class Importer:
    """Settles entries, one after the other.

    Attributes:
        known: external ID → the organization that an earlier run made.
    """

    container: Container
    known: dict[str, Organization]
    is_rehearsal: bool

    def import_entry(self, entry: Entry) -> Values | Skipped:
        """Describes the imported connection and the customer's remaining steps, or the reason for skipping it.

        Raises:
            Unavailable: AWS did not answer; the next run goes on.
        """
        earlier = self.known.get(entry.source_id)
        begun = self._connection_of(earlier) if earlier else None
        if begun is not None and begun.version > 1:
            return Skipped(entry.name, f"It was moved already: {begun.organization_id}, {begun.id}.")
        try:
            changes, domains, remarks = self._validate(entry, earlier)
            if self.is_rehearsal:
                return self._row(entry, None, changes, domains, remarks)
            connection = self._create(entry, changes, domains, earlier, begun)
        except Invalid as error:
            faults = " ".join(in_english(field.detail) for field in error.errors)
            return Skipped(entry.name, faults or in_english(error.public))
        except Conflict as error:
            return Skipped(entry.name, in_english(error.public))
        return self._row(entry, connection, changes, domains, remarks)

    def _validate(
        self, entry: Entry, earlier: Organization | None
    ) -> tuple[ConnectionChanges, tuple[str, ...], tuple[str, ...]]:
        """Values that will do, before anything is made."""
        settings, now = self.container.settings, self.container.clock()
        filled = apply_metadata(entry.changes, self.container.metadata_fetch, settings, now)
        validate_values(filled, AttributeMapping(), settings, now)
        read_certificates(filled.get("x509_certificates") or ())
        candidates = [(text, canonical_domain(text)) for text in entry.domains]
        domains = tuple(dict.fromkeys(d for _, d in candidates if d is not None and not is_public_domain(d)))
        left = [text for text, domain in candidates if domain is None or is_public_domain(domain)]
        for domain in domains:
            (owner,) = self.container.table.read(domain_lookup(domain))
            if owner is not None and (earlier is None or owner != earlier.id):
                raise Conflict("domain_taken", message("problem.domain_taken.owner", domain=domain, owner=owner))
        more = (f"No customer's own domains: {', '.join(left)}.",) if left else ()
        return filled, domains, (*entry.remarks, *more)

    def _create(
        self,
        entry: Entry,
        changes: ConnectionChanges,
        domains: Sequence[str],
        earlier: Organization | None,
        begun: Connection | None,
    ) -> Connection:
        container, now = self.container, self.container.clock()
        organization = earlier or container.organizations.create(
            name=entry.name, plan=Plan.ENTERPRISE, external_id=entry.source_id, domains=domains, now=now
        )
        self.known[entry.source_id] = organization
        configurations = container.connections
        draft = begun or configurations.create(organization.id, now=now, provider=_provider(changes))
        connection = configurations.change(draft, changes, draft.version, now)
        return configurations.disable(connection, now) if entry.is_disabled else connection

    def _connection_of(self, organization: Organization) -> Connection | None:
        """The connection that an earlier run made, or began."""
        return next(iter(connections_of(self.container, organization)), None)

    def _row(
        self,
        entry: Entry,
        connection: Connection | None,
        changes: ConnectionChanges,
        domains: Sequence[str],
        remarks: Sequence[str],
    ) -> Values:
        status = connection.status if connection else _status(entry, changes)
        missing = _missing(changes)
        row: dict[str, object] = {"name": entry.name, "outcome": status.value, "domains": list(domains)}
        todo = [*remarks, *([f"Missing: {', '.join(missing)}."] if missing else [])]
        if connection is None:
            return {**row, "todo": " ".join(todo)}
        sp = service_provider(self.container.settings.base_url, connection.id)
        provider = connection.provider
        words = guides()[provider]
        place = "the identity provider" if provider is Provider.OTHER else PROVIDER_NAMES[provider]
        names = (tell_in_english(words.acs_url.text), tell_in_english(words.entity_id.text))
        instruction = f"In {place}: {names[0]} = {sp.acs_url}, {names[1]} = {sp.entity_id}."
        return {
            **row,
            "organization_id": connection.organization_id,
            "connection_id": connection.id,
            "provider": connection.provider,
            "single_sign_on_url": sp.acs_url,
            "sp_entity_id": sp.entity_id,
            "sp_metadata_url": sp.metadata_url,
            "todo": " ".join([instruction, *todo]),
        }


def _status(entry: Entry, changes: ConnectionChanges) -> ConnectionStatus:
    if entry.is_disabled:
        return ConnectionStatus.DISABLED
    return ConnectionStatus.DRAFT if _missing(changes) else ConnectionStatus.READY


def _missing(changes: ConnectionChanges) -> list[str]:
    names = ("identity_provider_url", "identity_provider_issuer", "x509_certificates")
    return [name for name in names if not changes.get(name)]


def _provider(changes: ConnectionChanges) -> Provider:
    addresses = (changes.get("identity_provider_issuer"), changes.get("identity_provider_url"))
    return provider_of(*addresses) or Provider.OTHER
