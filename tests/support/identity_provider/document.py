"""The unsigned document that a description stands for."""

from __future__ import annotations

from lxml import etree

from tests.support.identity_provider.description import (
    Attribute,
    AuthnStatement,
    Conditions,
    Confirmation,
    Description,
)
from tests.support.identity_provider.names import SAML, SAMLP, XS, XSI


def unsigned_response(description: Description) -> etree._Element:
    """The Response element with its one Assertion, nothing signed yet."""
    layout = description.layout
    namespaces = {layout.protocol: SAMLP}
    if layout.assertion_namespace_on_response:
        namespaces[layout.assertion] = SAML
    if layout.schema_namespaces_on == "response":
        namespaces |= {"xs": XS, "xsi": XSI}
    response = etree.Element(f"{{{SAMLP}}}Response", nsmap=namespaces)
    _set(
        response,
        ID=description.response_id,
        InResponseTo=description.in_response_to,
        Version=description.version,
        IssueInstant=description.issued_at,
        Destination=description.destination,
        Consent=description.consent,
    )
    if description.response_issuer is not None:
        issuer = _issuer(response, description, description.response_issuer)
        if not layout.assertion_namespace_on_response:
            _drop_unused(issuer)
    _status(response, description)
    response.append(unsigned_assertion(description))
    if layout.indent:
        etree.indent(response, "    ")
    return response


def unsigned_assertion(description: Description) -> etree._Element:
    """The Assertion element alone, as a document of its own."""
    layout = description.layout
    namespaces = {layout.assertion: SAML}
    if layout.schema_namespaces_on == "assertion":
        namespaces |= {"xs": XS, "xsi": XSI}
    assertion = etree.Element(f"{{{SAML}}}Assertion", nsmap=namespaces)
    _set(
        assertion,
        ID=description.assertion_id,
        Version=description.assertion_version,
        IssueInstant=description.assertion_issued_at,
    )
    if description.assertion_issuer is not None:
        _issuer(assertion, description, description.assertion_issuer)
    _subject(assertion, description)
    if description.conditions is not None:
        _conditions(assertion, description.conditions)
    if description.attributes_first:
        _attributes(assertion, description)
    if description.authn is not None:
        _authn(assertion, description.authn)
    if not description.attributes_first:
        _attributes(assertion, description)
    return assertion


def _issuer(parent: etree._Element, description: Description, text: str) -> etree._Element:
    namespaces = {description.layout.assertion: SAML}
    issuer = etree.SubElement(parent, f"{{{SAML}}}Issuer", nsmap=namespaces)
    issuer.text = text
    _set(issuer, Format=description.issuer_format)
    return issuer


def _drop_unused(element: etree._Element) -> None:
    etree.cleanup_namespaces(element)


def _status(response: etree._Element, description: Description) -> None:
    status = etree.SubElement(response, f"{{{SAMLP}}}Status")
    parent = status
    for code in description.status:
        parent = etree.SubElement(parent, f"{{{SAMLP}}}StatusCode", Value=code)
    if description.status_message is not None:
        etree.SubElement(status, f"{{{SAMLP}}}StatusMessage").text = description.status_message


def _subject(assertion: etree._Element, description: Description) -> None:
    if description.subject is None and not description.confirmations:
        return
    subject = etree.SubElement(assertion, f"{{{SAML}}}Subject")
    said = description.subject
    if said is not None:
        name_id = etree.SubElement(subject, f"{{{SAML}}}NameID")
        name_id.text = said.value
        _set(name_id, Format=said.format, NameQualifier=said.name_qualifier, SPNameQualifier=said.sp_name_qualifier)
    for confirmation in description.confirmations:
        _confirmation(subject, confirmation)


def _confirmation(subject: etree._Element, said: Confirmation) -> None:
    confirmation = etree.SubElement(subject, f"{{{SAML}}}SubjectConfirmation")
    _set(confirmation, Method=said.method)
    if not said.data:
        return
    _set(
        etree.SubElement(confirmation, f"{{{SAML}}}SubjectConfirmationData"),
        InResponseTo=said.in_response_to,
        NotBefore=said.not_before,
        NotOnOrAfter=said.not_on_or_after,
        Recipient=said.recipient,
        Address=said.address,
    )


def _conditions(assertion: etree._Element, said: Conditions) -> None:
    conditions = etree.SubElement(assertion, f"{{{SAML}}}Conditions")
    _set(conditions, NotBefore=said.not_before, NotOnOrAfter=said.not_on_or_after)
    for audiences in said.restrictions:
        restriction = etree.SubElement(conditions, f"{{{SAML}}}AudienceRestriction")
        for audience in audiences:
            etree.SubElement(restriction, f"{{{SAML}}}Audience").text = audience
    if said.one_time_use:
        etree.SubElement(conditions, f"{{{SAML}}}OneTimeUse")
    if said.proxy_count is not None:
        etree.SubElement(conditions, f"{{{SAML}}}ProxyRestriction", Count=said.proxy_count)


def _authn(assertion: etree._Element, said: AuthnStatement) -> None:
    statement = etree.SubElement(assertion, f"{{{SAML}}}AuthnStatement")
    _set(
        statement,
        AuthnInstant=said.instant,
        SessionIndex=said.session_index,
        SessionNotOnOrAfter=said.session_not_on_or_after,
    )
    if said.locality is not None:
        etree.SubElement(statement, f"{{{SAML}}}SubjectLocality", Address=said.locality)
    context = etree.SubElement(statement, f"{{{SAML}}}AuthnContext")
    texts = {
        "AuthnContextClassRef": said.class_reference,
        "AuthnContextDeclRef": said.declaration_reference,
        "AuthenticatingAuthority": said.authenticating_authority,
    }
    for name, text in texts.items():
        if text is not None:
            etree.SubElement(context, f"{{{SAML}}}{name}").text = text


def _attributes(assertion: etree._Element, description: Description) -> None:
    if not description.attributes:
        return
    statement = etree.SubElement(assertion, f"{{{SAML}}}AttributeStatement")
    for said in description.attributes:
        _attribute(statement, said)


def _attribute(statement: etree._Element, said: Attribute) -> None:
    attribute = etree.SubElement(statement, f"{{{SAML}}}Attribute")
    _set(attribute, Name=said.name, NameFormat=said.name_format, FriendlyName=said.friendly_name)
    known = set(statement.nsmap.values())
    namespaces = None if said.value_type is None or XS in known else {"xs": XS, "xsi": XSI}
    for text in said.values:
        value = etree.SubElement(attribute, f"{{{SAML}}}AttributeValue", nsmap=namespaces)
        value.text = text
        if said.value_type is not None:
            value.set(f"{{{XSI}}}type", said.value_type)


def _set(element: etree._Element, **values: str | None) -> None:
    for name, value in values.items():
        if value is not None:
            element.set(name, value)
