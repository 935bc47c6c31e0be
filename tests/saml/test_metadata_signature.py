"""Metadata counts as signed where the pinned key signed all of it, and nothing else of it is read."""

from __future__ import annotations

import pytest
from lxml import etree

from chalicelib.saml.import_refused import ImportRefused
from chalicelib.saml.metadata_signature import MAX_LENGTH, verify_metadata
from tests.support.identity_provider import Signing, key, names
from tests.support.identity_provider.signature import sign

_PINNED = key("acme").certificate.facts
_MD = "urn:oasis:names:tc:SAML:2.0:metadata"


def _document(signing: Signing | None = None, *, own_id: str | None = "_all", inside: str = "<x/>") -> str:
    """A descriptor with this inside, signed as a whole."""
    id_attribute = f' ID="{own_id}"' if own_id else ""
    root = etree.fromstring(f'<EntityDescriptor xmlns="{_MD}" entityID="e"{id_attribute}>{inside}</EntityDescriptor>')
    sign(root, signing or Signing())
    return etree.tostring(root, encoding="unicode")


def _is_refused(text: str) -> bool:
    with pytest.raises(ImportRefused) as refused:
        verify_metadata(text, _PINNED)
    return refused.value.code == "metadata_signature_invalid"


def test_what_is_read_is_what_was_signed_without_its_signature() -> None:
    read = verify_metadata(_document(), _PINNED)
    assert etree.fromstring(read).get("entityID") == "e"
    assert "Signature" not in read


@pytest.mark.parametrize("around", ["\ufeff{}", " \t\r\n{}\n", "{}\r\n", '\ufeff \r\n<?xml version="1.0"?>{}'])
def test_what_editors_put_around_a_document_does_no_harm(around: str) -> None:
    assert verify_metadata(around.format(_document()), _PINNED)


def test_a_document_without_a_signature_is_refused() -> None:
    assert _is_refused(f'<EntityDescriptor xmlns="{_MD}" ID="_all"/>')


def test_a_signature_of_something_else_than_the_whole_is_refused() -> None:
    inner = etree.tostring(etree.fromstring(_document()), encoding="unicode")
    assert _is_refused(f'<EntitiesDescriptor xmlns="{_MD}" ID="_outer">{inner}</EntitiesDescriptor>')
    assert _is_refused(_document(own_id=None))
    assert _is_refused(_document(Signing(reference="#None"), own_id=None))
    assert _is_refused(_document(Signing(reference="")))


@pytest.mark.parametrize(
    "signing",
    [
        Signing(key="globex"),
        Signing(key="globex", certificate="acme"),
        Signing(certificate=None),
        Signing(certificate="globex"),
        Signing(algorithm=names.RSA_SHA1, digest=names.SHA1),
        Signing(digest=names.SHA1),
    ],
    ids=["another", "another-under-the-pinned-name", "nameless", "under-anothers-name", "sha1", "sha1-digest"],
)
def test_only_the_pinned_key_counts_and_nothing_that_is_broken(signing: Signing) -> None:
    assert _is_refused(_document(signing))


def test_what_was_altered_after_signing_is_refused() -> None:
    assert _is_refused(_document().replace('entityID="e"', 'entityID="f"'))
    assert _is_refused(_document() + "~")


@pytest.mark.parametrize("text", ["", "no XML", "<a", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "<a>\ud800</a>"])
def test_what_is_no_document_of_the_allowed_kind_is_refused(text: str) -> None:
    assert _is_refused(text)


def test_a_document_type_is_refused_also_where_it_says_nothing() -> None:
    assert _is_refused("<!DOCTYPE EntityDescriptor>" + _document())


def test_a_word_that_begins_an_entity_is_refused_even_as_text() -> None:
    text = _document(inside="<x>&lt;!ENTITY</x>")
    assert verify_metadata(text, _PINNED)
    assert _is_refused(text.replace("&lt;!ENTITY", "<![CDATA[<!ENTITY]]>"))  # the same octets once they are canonical


@pytest.mark.parametrize("more", [0, 1])
def test_it_may_be_a_megabyte_long_and_no_longer(more: int) -> None:
    document = _document()
    filled = document + "\n" * (MAX_LENGTH + more - len(document))
    assert _is_refused(filled) if more else verify_metadata(filled, _PINNED)


@pytest.mark.parametrize("more", [0, 1])
@pytest.mark.parametrize(("mark", "most", "unit"), [("<", 40_000, "<y/>"), ("xmlns", 1_000, '<y xmlns:z="urn:z"/>')])
def test_it_may_have_so_many_elements_and_namespaces_and_no_more(mark: str, most: int, unit: str, more: int) -> None:
    rest = _document(inside="{}").count(mark)
    document = _document(inside=unit * (most - rest + more))
    assert document.count(mark) == most + more
    assert _is_refused(document) if more else verify_metadata(document, _PINNED)


def test_an_element_crowded_with_attributes_is_refused_though_it_was_signed() -> None:
    crowd = " ".join(f'a{number}=""' for number in range(10_000))
    assert _is_refused(_document(inside=f"<x {crowd}/>"))
