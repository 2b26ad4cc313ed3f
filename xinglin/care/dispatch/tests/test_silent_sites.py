"""A silent site stands in the operators' monitor until it is heard."""

from datetime import UTC, datetime, timedelta

import pytest

from xinglin.care.dispatch import queries
from xinglin.care.dispatch.services.reminding import remind_many
from xinglin.care.sites.services.hearing import note_silences
from xinglin.care.sites.tests.shops import Chain
from xinglin.foundation.outbox.services import relay_pending
from xinglin.kernel import clock

pytestmark = pytest.mark.django_db
# Noon in China, a Monday.
NOON = datetime(2026, 11, 30, 4, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def told(chain: Chain, viewer=None, **sought):
    with clock.frozen(chain.at):
        while relay_pending():
            pass
    viewer = viewer or chain.operator
    return queries.abnormal_events(viewer, queries.Sought(kind="site_silent", **sought)).items


def a_silent_site(chain: Chain) -> str:
    cookie = chain.device(chain.site(code="GZ-01", name_zh="百草堂", name_en="Herbs"))
    chain.hear(cookie)
    chain.at += 30 * MINUTE
    with clock.frozen(chain.at):
        note_silences(at=chain.at)
    return cookie


def test_a_silent_site_is_on_the_monitor_once_with_its_name_and_since_when():
    chain = Chain(NOON)
    a_silent_site(chain)
    with clock.frozen(chain.at):
        note_silences(at=chain.at + MINUTE)
    (event,) = told(chain)
    assert (event.site.code, event.site.name.zh, event.department) == ("GZ-01", "百草堂", None)
    assert event.due_at == event.at == chain.at
    assert not told(chain, viewer=Chain(NOON).operator)


def test_it_is_settled_when_the_site_is_heard_again():
    chain = Chain(NOON)
    cookie = a_silent_site(chain)
    assert len(told(chain, unsettled=True)) == 1
    chain.at += 10 * MINUTE
    with clock.frozen(chain.at):
        chain.hear(cookie)
    assert told(chain, unsettled=True) == ()
    (event,) = told(chain)
    assert event.settled_at == chain.at


def test_it_is_settled_when_its_last_device_is_taken_out_of_use():
    chain = Chain(NOON)
    chain.revoke(a_silent_site(chain))
    chain.at += MINUTE
    with clock.frozen(chain.at):
        note_silences(at=chain.at)
    assert told(chain, unsettled=True) == ()


def test_nobody_is_reminded_of_it_and_the_sheet_names_the_site():
    chain = Chain(NOON)
    a_silent_site(chain)
    (event,) = told(chain)
    assert remind_many(chain.operator, [event.id], at=chain.at) == (0, 1)
    sheet = queries.sheet_of(
        chain.operator,
        "abnormal",
        asked=queries.Asked(),
        sought=queries.Sought(),
        locale="en",
        at=chain.at,
    )
    heads, row = sheet.rows
    assert dict(zip(heads, row, strict=True))["Site"] == "Herbs"
