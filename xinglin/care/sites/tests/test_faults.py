"""What is wrong with a device is said in words, and nothing is said of what is right."""

from datetime import UTC, datetime, timedelta

import pytest

from xinglin.care.sites.faults import PARTS, QUIET_AFTER, faults

AT = datetime(2026, 11, 30, 4, tzinfo=UTC)
WELL = {
    "parts": dict.fromkeys(PARTS, True),
    "heard_at": AT,
    "pending": 0,
    "version": "site-1.js",
    "newest": "site-1.js",
    "is_open": True,
    "at": AT,
}


def said(**changes: object) -> str:
    told = WELL | changes
    parts = told.pop("parts")
    return " ".join(text.en for text in faults(parts, **told))


def test_of_a_device_that_is_well_nothing_is_said():
    assert said() == ""


@pytest.mark.parametrize("name", PARTS)
def test_each_part_that_does_not_work_is_named(name):
    assert said(parts=WELL["parts"] | {name: False}) == PARTS[name].en


def test_what_a_device_does_not_have_is_no_fault():
    assert said(parts=dict.fromkeys(PARTS)) == ""


def test_an_older_page_is_out_of_date_but_only_where_both_versions_are_known():
    assert "out of date" in said(version="site-0.js")
    assert said(version="") == said(newest="") == ""


def test_silence_is_told_in_minutes_and_only_while_the_site_is_open():
    before = AT - timedelta(minutes=41, seconds=50)
    assert "for 41 minutes" in said(heard_at=before)
    assert said(heard_at=before, is_open=False) == ""
    assert said(heard_at=AT - QUIET_AFTER + timedelta(seconds=1)) == ""


def test_a_device_that_was_never_heard_is_told_apart():
    assert "since it was enrolled" in said(heard_at=None)
    assert said(heard_at=None, is_open=False) == ""


def test_what_still_waits_on_a_device_is_counted_even_when_the_site_is_closed():
    assert "3 registrations" in said(pending=3, is_open=False)


def test_the_worst_comes_first():
    told = said(
        heard_at=AT - timedelta(hours=1), pending=1, parts={"camera": False}, version="site-0.js"
    )
    places = [told.index(word) for word in ("60 minutes", "1 registrations", "camera", "date")]
    assert places == sorted(places)
