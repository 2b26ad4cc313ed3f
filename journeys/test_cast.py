"""What one story leaves behind must not meet the next."""

import re

import pytest
from playwright.sync_api import Browser, expect

from journeys.cast import PATIENCE_MS
from journeys.conftest import cast_in
from journeys.hospital import Hospital
from journeys.talk import COMPLAINT, ask, begin_talk

pytestmark = pytest.mark.slow

OVER = re.compile("^(ended|cancelled)$")


def test_a_story_that_breaks_off_leaves_no_visit_open(hospital: Hospital, browser: Browser) -> None:
    """One visit in conversation, one that waits: both are over when the next story's people come."""
    phones = {"in conversation": "13800138004", "waiting": "13800138005"}
    with cast_in(hospital, browser) as cast:
        begin_talk(cast, "en", phones["in conversation"], "dr.ent1")
        waiting = cast.patient("en", "second")
        waiting.sign_in(phones["waiting"])
        ask(waiting, COMPLAINT["en"])
        waiting.sees("visit-page")
    with cast_in(hospital, browser) as cast:
        for phone in phones.values():
            patient = cast.patient("en")
            patient.sign_in(phone)
            patient.sees("ask")
            patient.go("/visits")
            expect(patient.get("visit").first).to_have_attribute(
                "data-state", OVER, timeout=PATIENCE_MS
            )
