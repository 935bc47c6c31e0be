"""Every good response is accepted, with exactly the identity that was signed, and a second verifier agrees."""

from __future__ import annotations

from typing import Final

import pytest

from tests.responses.algorithms import ALGORITHMS
from tests.responses.cloud_vendors import CLOUD_VENDORS
from tests.responses.encrypted import ENCRYPTED
from tests.responses.expectation import expected_assertion
from tests.responses.sample import Sample
from tests.responses.self_hosted_vendors import SELF_HOSTED_VENDORS
from tests.responses.variants import VARIANTS
from tests.support.identity_provider import key, send, service_key
from tests.support.identity_provider.keys import Key
from tests.support.second_reader import second_reading
from tests.support.verification import verify_response

SAMPLES: Final = (*CLOUD_VENDORS, *SELF_HOSTED_VENDORS, *ALGORITHMS, *ENCRYPTED, *VARIANTS)


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_a_good_response_is_accepted_with_exactly_the_signed_identity(sample: Sample) -> None:
    assertion = verify_response(send(sample.description), sample.trust)
    assert assertion == expected_assertion(sample.description, assertion)
    assert assertion.checks
    assert all(check.passed for check in assertion.checks)


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_a_second_verifier_reads_the_same_identity(sample: Sample) -> None:
    sent = send(sample.description)
    assertion = verify_response(sent, sample.trust)
    reading = second_reading(sent, _signers(sample), _recipient(sample))
    assert reading.id == assertion.id
    assert reading.issuer == assertion.issuer
    assert reading.name_id == (assertion.name_id and assertion.name_id.value)
    assert reading.attributes == assertion.attributes


@pytest.mark.parametrize("sample", [*CLOUD_VENDORS, *SELF_HOSTED_VENDORS], ids=str)
def test_the_address_stands_where_the_vendor_puts_it(sample: Sample) -> None:
    assertion = verify_response(send(sample.description), sample.trust)
    if sample.email == "NameID":
        assert assertion.name_id is not None
        assert assertion.name_id.value == "member@acme.test"
    else:
        assert assertion.attributes[sample.email] == ("member@acme.test",)


def _signers(sample: Sample) -> tuple[Key, ...]:
    signing = (sample.description.sign_assertion, sample.description.sign_response)
    return tuple(key(one.key) for one in signing if one is not None)


def _recipient(sample: Sample) -> Key:
    encryption = sample.description.encryption
    return service_key() if encryption is None else key(encryption.key)
