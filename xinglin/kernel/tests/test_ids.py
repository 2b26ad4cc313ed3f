"""Ids are UUIDv7: they sort by time and tell it."""

import time
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.kernel import ids


@given(nanoseconds=st.integers(0, 2**48 * 1_000_000 - 1))
def test_an_id_is_a_uuid7_of_its_millisecond(nanoseconds):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(time, "time_ns", lambda: nanoseconds)
        made = ids.new()
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert made.int >> 80 == nanoseconds // 1_000_000


@given(first=st.integers(0, 10**18), gap=st.integers(245, 10**15))
def test_ids_sort_by_time_down_to_a_quarter_of_a_microsecond(first, gap):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(time, "time_ns", lambda: first)
        older = ids.new()
        patch.setattr(time, "time_ns", lambda: first + gap)
        assert older < ids.new()


def test_ids_made_at_once_differ(monkeypatch):
    monkeypatch.setattr(time, "time_ns", lambda: 1_750_000_000_000_000_000)
    assert len({ids.new() for _ in range(1000)}) == 1000


def test_the_time_of_making_is_read_back():
    before = datetime.now(UTC)
    made = ids.made_at(ids.new())
    assert before - timedelta(milliseconds=1) <= made <= datetime.now(UTC)


@given(st.integers(0, 4_102_444_800_000))
def test_the_millisecond_is_exact(millisecond):
    identifier = uuid.UUID(int=(millisecond << 80) | (7 << 76) | (2 << 62))
    expected = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=millisecond)
    assert ids.made_at(identifier) == expected


def test_another_version_has_no_time():
    with pytest.raises(ValueError, match="not a UUIDv7"):
        ids.made_at(uuid.uuid4())


@given(st.integers(0, 4_102_444_800_000))
def test_a_range_of_keys_begins_with_the_millisecond(millisecond):
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=millisecond)
    inside = uuid.UUID(int=(millisecond << 80) | (7 << 76) | (2 << 62))
    before = uuid.UUID(int=((millisecond << 80) - 1)) if millisecond else uuid.UUID(int=0)
    assert before <= ids.first_at(at) <= inside


def test_before_the_first_id_there_is_none():
    assert ids.first_at(datetime(1960, 1, 1, tzinfo=UTC)) == uuid.UUID(int=0)
