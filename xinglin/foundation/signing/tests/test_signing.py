"""One contract for every gateway in the folder."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from cryptography import x509

from xinglin.foundation.signing import services
from xinglin.kernel import clock, ids

STATEMENT = '{"诊断":"上呼吸道感染","version":1}'.encode()
DOCTOR = UUID(int=7)


@pytest.fixture(params=sorted(services.known_gateways()))
def gateway(request, settings):
    settings.SIGNING_GATEWAY = request.param
    return request.param


def signed(user_id=DOCTOR, statement=STATEMENT):
    return services.sign(user_id, statement, clock.now())


def test_a_signature_is_of_its_statement(gateway):
    assert services.verify(signed(), STATEMENT)


def test_one_changed_byte_breaks_it(gateway):
    signature = signed()
    for place in range(len(STATEMENT)):
        changed = bytearray(STATEMENT)
        changed[place] ^= 1
        assert not services.verify(signature, bytes(changed))


def test_nothing_of_a_signature_may_be_changed(gateway):
    signature, other = signed(), signed(ids.new())
    forged = (
        replace(signature, value=bytes([signature.value[0] ^ 1]) + signature.value[1:]),
        replace(signature, value=b""),
        replace(signature, value=other.value),
        replace(signature, key_id=other.key_id),
        replace(signature, key_id="nobody"),
        replace(signature, key_id=f"{signature.key_id}x"),
        replace(signature, algorithm="RSA"),
        replace(signature, sha256=signed(statement=b"x").sha256),
    )
    assert not any(services.verify(f, STATEMENT) for f in forged)


def test_every_signer_has_a_key_and_keeps_it(gateway):
    assert signed().key_id == signed(statement=b"another").key_id
    assert signed().key_id != signed(ids.new()).key_id
    assert len(signed().key_id) <= 80


def test_another_installation_has_other_keys(settings):
    settings.SIGNING_GATEWAY = "local"
    signature = signed()
    settings.SIGNING_KEY = bytes(32)
    assert signed().key_id != signature.key_id
    assert not services.verify(signature, STATEMENT)


def test_what_the_null_gateway_signed_is_worth_nothing_where_another_signs(settings):
    settings.SIGNING_GATEWAY = "null"
    signature = signed()
    settings.SIGNING_GATEWAY = "local"
    assert not services.verify(signature, STATEMENT)


def test_an_older_signature_holds_when_another_gateway_signs_now(settings):
    settings.SIGNING_GATEWAY = "local"
    signature = signed()
    settings.SIGNING_GATEWAY = "null"
    assert services.verify(signature, STATEMENT)


def test_a_certificate_is_issued_by_the_authority_to_its_signer_and_goes_with_the_signature(
    settings,
):
    """Far from here: by the certificates that were kept, and by nothing else."""
    made = services.sign(DOCTOR, STATEMENT, clock.now(), gateway="x509")
    signer, authority = (x509.load_der_x509_certificate(each) for each in made.certificates)
    signer.verify_directly_issued_by(authority)
    authority.verify_directly_issued_by(authority)
    signer.public_key().verify(made.value, STATEMENT)
    assert signer.not_valid_before_utc <= clock.now() <= signer.not_valid_after_utc
    assert str(DOCTOR) in signer.subject.rfc4514_string()


def test_another_certificate_beside_a_signature_breaks_it():
    made = services.sign(DOCTOR, STATEMENT, clock.now(), gateway="x509")
    others = services.sign(ids.new(), STATEMENT, clock.now(), gateway="x509").certificates
    assert services.verify(made, STATEMENT)
    assert not services.verify(replace(made, certificates=others), STATEMENT)
    assert not services.verify(replace(made, certificates=made.certificates[:1]), STATEMENT)


def test_what_was_signed_in_another_year_still_holds():
    made = services.sign(DOCTOR, STATEMENT, datetime(2031, 5, 1, tzinfo=UTC), gateway="x509")
    assert services.verify(made, STATEMENT)
    assert made.key_id != services.sign(DOCTOR, STATEMENT, clock.now(), gateway="x509").key_id


def test_an_authority_that_has_ended_signs_nothing():
    made = services.sign(DOCTOR, STATEMENT, datetime(2099, 5, 1, tzinfo=UTC), gateway="x509")
    assert not services.verify(made, STATEMENT)
