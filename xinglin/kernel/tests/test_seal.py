"""What is sealed opens only whole, in its own column, with its own key."""

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from xinglin.kernel.seal import KeyRing, blind_index, seal, unseal

OLD, NEW = bytes(range(32)), bytes(range(32, 64))
RING = KeyRing(keys={1: OLD, 255: NEW}, current=255, index_key=b"i" * 32)
PHONE = "accounts_user|phone"


@given(plain=st.text(), context=st.text(max_size=20))
def test_what_was_sealed_opens_again(plain, context):
    assert unseal(seal(plain, context, RING), context, RING) == plain


def test_the_database_may_hand_back_a_memoryview():
    assert unseal(memoryview(seal("13800000000", PHONE, RING)), PHONE, RING) == "13800000000"


def test_the_same_value_never_looks_the_same():
    assert seal("x", PHONE, RING) != seal("x", PHONE, RING)


@given(where=st.integers(1, 200), flip=st.integers(1, 255))
def test_one_altered_bit_is_found(where, flip):
    sealed = bytearray(seal("110101198504051234", PHONE, RING))
    sealed[1 + where % (len(sealed) - 1)] ^= flip
    with pytest.raises(InvalidTag):
        unseal(bytes(sealed), PHONE, RING)


def test_a_value_moved_to_another_column_does_not_open():
    with pytest.raises(InvalidTag):
        unseal(seal("x", PHONE, RING), "accounts_user|name", RING)


def test_a_value_under_another_key_id_does_not_open():
    with pytest.raises(InvalidTag):
        unseal(b"\x01" + seal("x", PHONE, RING)[1:], PHONE, RING)


@pytest.mark.parametrize("length", [0, 1, 5, 13, 28])
def test_a_truncated_value_is_found(length):
    with pytest.raises(InvalidTag):
        unseal(seal("", PHONE, RING)[:length], PHONE, RING)


def test_keys_rotate_and_old_values_still_open_until_their_key_goes():
    sealed = seal("x", PHONE, KeyRing(keys={1: OLD}, current=1, index_key=b"i" * 32))
    assert sealed[0] == 1
    assert unseal(sealed, PHONE, RING) == "x"
    assert seal("x", PHONE, RING)[0] == 255
    with pytest.raises(KeyError):
        unseal(sealed, PHONE, KeyRing(keys={2: NEW}, current=2, index_key=b"i" * 32))


@pytest.mark.parametrize(
    ("keys", "current", "index_key"),
    [
        ({1: OLD}, 2, b"i" * 32),
        ({}, 1, b"i" * 32),
        ({0: OLD}, 0, b"i" * 32),
        ({256: OLD}, 256, b"i" * 32),
        ({1: OLD, 300: NEW}, 1, b"i" * 32),
        ({1: OLD[:31]}, 1, b"i" * 32),
        ({1: OLD, 2: b""}, 1, b"i" * 32),
        ({1: OLD}, 1, b""),
    ],
)
def test_a_key_ring_that_could_not_seal_is_not_made(keys, current, index_key):
    with pytest.raises(ValueError, match="key"):
        KeyRing(keys=keys, current=current, index_key=index_key)


def test_no_key_is_shown():
    shown = repr(RING)
    assert "current=255" in shown
    assert repr(OLD) not in shown
    assert "iiii" not in shown


def test_a_blind_index_is_equal_for_equal_values_of_one_column_only():
    one = blind_index("13800000000", PHONE, RING)
    assert len(one) == 32
    assert one == blind_index("13800000000", PHONE, RING)
    other_ring = KeyRing(keys={1: OLD}, current=1, index_key=b"j" * 32)
    assert one not in {
        blind_index("13800000001", PHONE, RING),
        blind_index("13800000000", "people_patient|phone", RING),
        blind_index("13800000000", PHONE, other_ring),
    }


def test_a_blind_index_outlives_the_rotation_of_keys():
    rotated = KeyRing(keys={3: NEW}, current=3, index_key=RING.index_key)
    assert blind_index("x", PHONE, rotated) == blind_index("x", PHONE, RING)
