"""What can't be imported, each wrong thing with its own sentence."""

from __future__ import annotations

from typing import Final

from chalicelib.domain.certificate_text import DETAILS
from chalicelib.domain.metadata_address import FETCH_FAILURES

IMPORT_REFUSALS: Final = {
    # What was pasted
    "empty_import": "Paste something here: a metadata address, the metadata itself, or a certificate.",
    "too_long": "This is more than a megabyte. Paste the metadata of your own identity provider, not of a federation.",
    "own_url": "This is your own Single Sign-On URL. Paste the one from your identity provider.",
    "own_entity_id": "This is your own service provider entity ID. Paste what your identity provider shows.",
    "own_metadata": "This is your own metadata, which the identity provider reads. Paste the identity provider's.",
    "console_page": "This is a page of the identity provider's console, which only you can see. Paste the metadata "
    "address that the page shows.",
    "sign_in_link": "This is the link of one sign-in, with a request inside. Paste the address without everything "
    "from the question mark on.",
    "saml_message": "This is a message of one sign-in, not metadata. Nothing of it was kept. Paste the identity "
    "provider's metadata.",
    "http_address": "This address begins with http://. If it is the issuer, type it into Identity Provider Issuer; "
    "metadata and sign-in need an https:// address.",
    "other_scheme": "This kind of address can't be used. Paste one that begins with https://.",
    "host_only": "This is only a host's name. Paste the whole metadata address, from https:// to its end.",
    "several_addresses": "There are several addresses in here. Paste one of them: the metadata address is best.",
    "email_address": "This is an e-mail address. Paste the identity provider's metadata address or certificate.",
    "fingerprint": "This is a certificate's fingerprint. Paste the certificate itself.",
    "bare_id": "This is an ID of a tenant or an application. Paste the metadata address, which contains it.",
    "file_name": "This is the name of a file. Choose the file itself, or open it and paste what is inside.",
    "oidc_configuration": "This is for OpenID Connect. Choose SAML at the identity provider, and paste its SAML "
    "metadata.",
    "json": "This is JSON. SAML metadata is XML: it begins with <EntityDescriptor or <?xml.",
    "escaped_xml": "This is XML as a web page writes it (&lt; for <). Download the metadata file and choose that.",
    "archive": "This is a compressed file. Unpack it and choose the metadata or certificate in it.",
    "document_file": "This is a document or a picture. Paste its text: the metadata address or the certificate.",
    "not_understood": "This is neither an address, nor metadata, nor a certificate. The identity provider's console "
    "calls it metadata URL, federation metadata, or X.509 certificate.",
    # What metadata says
    "not_metadata": "This isn't well-formed XML. Copy the whole metadata document, from <EntityDescriptor to its end.",
    "service_provider_metadata": "This metadata describes a service provider. Paste the identity provider's.",
    "not_saml_2": "This metadata describes no SAML 2.0 identity provider, only another protocol.",
    "several_identity_providers": "The metadata describes several identity providers. Choose one.",
    "unknown_entity_id": "The metadata describes no identity provider with this entity ID.",
    "no_sso_endpoint": "The metadata names no SingleSignOnService for HTTP-Redirect or HTTP-POST.",
    "no_signing_certificate": "The metadata has no signing certificate (KeyDescriptor).",
    "encryption_certificate_only": "The metadata's certificates are for encryption only. A signing certificate is "
    "needed.",
    "metadata_expired": "The metadata is out of date: its validUntil is past. Fetch it anew.",
    "metadata_signature_invalid": "The metadata is not signed by the key that was pinned for it.",
    "not_metadata_there": "That address answered with something that isn't metadata. Paste the metadata address.",
}
"""Every code with its usual sentence; those of certificates and of fetching stand with them."""

_DETAILS: Final = DETAILS | FETCH_FAILURES | IMPORT_REFUSALS


class ImportRefused(Exception):
    """What was given can't be used. Never quotes what was pasted.

    Attributes:
        code: of `IMPORT_REFUSALS`, of a refused certificate, or of a failed fetch.
        detail: a sentence that says what to do.
    """

    def __init__(self, code: str, detail: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail or _DETAILS[code]
