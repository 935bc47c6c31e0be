"""Names in certificates are shown as cryptography shows them, and also where cryptography refuses to."""

from __future__ import annotations

from cryptography import x509
from cryptography.x509.oid import NameOID
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.connections.certificate_name import MAX_NAME_LENGTH, shown_name

KINDS = (
    NameOID.COMMON_NAME,
    NameOID.ORGANIZATION_NAME,
    NameOID.EMAIL_ADDRESS,
    NameOID.DOMAIN_COMPONENT,
    NameOID.SERIAL_NUMBER,
    NameOID.STREET_ADDRESS,
    NameOID.USER_ID,
)
LETTERS = st.characters(exclude_categories=("C", "Z")) | st.sampled_from(' "+,;<>\\#')


@st.composite
def names(draw: st.DrawFn) -> x509.Name:
    """Names that cryptography can show."""
    parts = draw(st.lists(st.lists(st.sampled_from(KINDS), min_size=1, max_size=2, unique=True), max_size=5))
    texts = st.text(LETTERS, min_size=1, max_size=20)
    return x509.Name(
        [x509.RelativeDistinguishedName([x509.NameAttribute(kind, draw(texts)) for kind in part]) for part in parts]
    )


@settings(max_examples=150, deadline=None)
@given(names())
def test_a_tidy_name_is_shown_as_cryptography_shows_it(name: x509.Name) -> None:
    """Within a set of attributes DER sorts, and cryptography doesn't when it shows a name that it made."""
    assert sorted(shown_name(name.public_bytes())) == sorted(name.rfc4514_string())


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200) | st.binary(max_size=100).map(lambda octets: b"\x30" + bytes([len(octets)]) + octets))
def test_whatever_the_octets_are_something_printable_is_shown(octets: bytes) -> None:
    shown = shown_name(octets)
    assert len(shown) <= MAX_NAME_LENGTH
    assert shown.isprintable()
