"""Somebody is told a thing once, by the channels they have chosen, and not at night."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from xinglin.foundation.accounts.models import User
from xinglin.foundation.live import services as live
from xinglin.foundation.notices import queries, services, tasks
from xinglin.foundation.notices.models import Choice, Delivery, Device, Notice
from xinglin.foundation.notices.tests.browser import subscription
from xinglin.foundation.outbox.models import OutboxEvent
from xinglin.kernel import clock
from xinglin.kernel.errors import Invalid

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Shanghai")
EVENING = datetime(2026, 11, 28, 23, 0, tzinfo=ZONE)
NOON = datetime(2026, 11, 28, 12, 0, tzinfo=ZONE)
MORNING = datetime(2026, 11, 29, 8, 0, tzinfo=ZONE)


def tell(person, kind="calm", *, at=NOON, dedup="a", link="/visits/1", **more):
    return services.tell(person.user_id, kind, link=link, dedup=dedup, at=at, **more)


def states(person):
    return list(
        Delivery.objects.filter(user_id=person.user_id)
        .order_by("queued_at", "id")
        .values_list("channel", "state", "last_error")
    )


@pytest.fixture
def device(person):
    found = subscription("https://push.example.com/1")
    return services.add_device(
        person,
        endpoint=found.endpoint,
        p256dh=found.p256dh,
        auth=found.auth,
        name="手机",
        at=clock.now(),
    )


def test_it_stands_in_the_list_and_the_page_hears_of_it(person):
    notice = tell(person, "awaited", values={"minutes": 7})
    (line,) = queries.notices_of(person, before=None, limit=30)
    assert (line.id, line.text.zh, line.text.en) == (notice, "还剩7分钟。", "7 minutes are left.")
    event = OutboxEvent.objects.get(kind="NoticePosted")
    assert event.audience == [f"user:{person.user_id}"]
    assert event.payload == {"notice_id": str(notice), "kind_of_notice": "awaited"}


def test_twice_is_once(person, device):
    assert tell(person)
    assert tell(person) is None
    assert Notice.objects.count() == Delivery.objects.count() == 1
    assert OutboxEvent.objects.filter(kind="NoticePosted").count() == 1


def test_what_was_taken_back_was_never_told(person, device):
    @transaction.atomic
    def act_and_fail() -> None:
        tell(person)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act_and_fail()
    assert not Notice.objects.exists()
    assert not Delivery.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "poem"},
        {"link": "https://elsewhere.example"},
        {"link": "//elsewhere.example"},
        {"link": "visits"},
        {"link": "/" + "x" * 201},
        {"dedup": ""},
        {"dedup": "x" * 121},
        {"kind": "awaited"},
        {"kind": "awaited", "values": {"minutes": "胸痛"}},
        {"kind": "awaited", "values": {"minutes": True}},
    ],
)
def test_words_and_links_to_elsewhere_cannot_be_told(person, wrong):
    with pytest.raises(ValueError, match=r"kind|link|dedup|whole numbers|needs"):
        tell(person, **wrong)


def test_a_person_without_a_device_gets_an_sms_where_the_kind_has_one(person):
    tell(person, "awaited", values={"minutes": 1})
    tell(person, "calm", dedup="b")
    assert states(person) == [("sms", "pending", ""), ("sms", "suppressed", "preference")]


def test_an_sms_is_spared_where_a_device_or_an_open_page_tells(person, other, device):
    tell(person, "awaited", values={"minutes": 1})
    assert states(person) == [("push", "pending", "")]
    live.touch_presence({other.user_id}, NOON)
    tell(other, "awaited", values={"minutes": 1})
    assert states(other) == []


def test_what_was_switched_off_is_suppressed(person, device):
    services.choose(person, {"choices": {"calm": {"push": False}}})
    tell(person)
    assert states(person) == [("push", "suppressed", "preference")]
    assert len(queries.notices_of(person, before=None, limit=9)) == 1, "the list keeps it"


def test_an_account_that_is_closed_is_sent_nothing(person):
    User.objects.filter(pk=person.user_id).update(is_active=False)
    tell(person, "awaited", values={"minutes": 1})
    assert states(person) == []


def test_an_unlisted_kind_without_a_device_leaves_no_trace(person):
    assert tell(person, "offer") is None
    assert not Notice.objects.exists()


def test_an_unlisted_kind_is_pushed_by_night_and_never_listed(person, device):
    assert tell(person, "offer", at=EVENING)
    assert states(person) == [("push", "pending", "")]
    assert queries.notices_of(person, before=None, limit=9) == []
    assert queries.unread(person) == 0


def test_what_can_wait_is_held_till_the_morning_and_told_as_one(person, device, monkeypatch):
    for n in range(3):
        tell(person, at=EVENING + timedelta(minutes=n), dedup=f"{n}", link=f"/visits/{n}")
    assert {state for _, state, _ in states(person)} == {"held"}
    with clock.frozen(MORNING - timedelta(seconds=1)):
        assert tasks.send_pending() == 0
    sent = []
    monkeypatch.setattr(
        tasks.known_channels()["push"], "prepare", lambda _, m: lambda: sent.append(m)
    )
    with clock.frozen(MORNING):
        tasks.send_pending()
    (message,) = sent
    assert (message.text.zh, message.link) == ("您有3条新通知，请打开杏林查看。", "/notices")
    assert sorted(states(person)) == [
        ("push", "sent", ""),
        ("push", "suppressed", "merged"),
        ("push", "suppressed", "merged"),
    ]


def test_a_single_one_that_was_held_speaks_for_itself(person, device, monkeypatch):
    tell(person, at=EVENING)
    sent = []
    monkeypatch.setattr(
        tasks.known_channels()["push"], "prepare", lambda _, m: lambda: sent.append(m)
    )
    with clock.frozen(MORNING):
        tasks.send_pending()
    assert [(m.text.zh, m.link) for m in sent] == [("有新内容。", "/visits/1")]


def test_what_somebody_waits_for_is_not_held_unless_they_so_choose(person, device):
    tell(person, "awaited", at=EVENING, values={"minutes": 1})
    services.choose(person, {"awaited_passes": False})
    tell(person, "awaited", at=EVENING, values={"minutes": 1}, dedup="b")
    assert [state for _, state, _ in states(person)] == ["pending", "held"]


def test_who_ends_the_quiet_gets_at_once_what_was_held(person, device):
    with clock.frozen(EVENING):
        tell(person, at=EVENING)
        services.choose(person, {"quiet": False})
        assert Delivery.objects.get().due_at == EVENING


def test_what_was_read_meanwhile_is_not_sent(person, device):
    tell(person, at=EVENING)
    assert services.mark_read(person, link="/visits/1", at=EVENING) == 1
    with clock.frozen(MORNING):
        assert tasks.send_pending() == 1
    assert states(person) == [("push", "suppressed", "read")]


def test_what_can_no_longer_help_is_not_sent(person, device):
    tell(person, "awaited", values={"minutes": 1}, until=NOON + timedelta(minutes=1))
    with clock.frozen(NOON + timedelta(minutes=2)):
        tasks.send_pending()
    assert states(person) == [("push", "given_up", "too_late")]


def test_reading_marks_only_ones_own_and_only_what_was_seen(person, other):
    first, second = tell(person, dedup="1"), tell(person, dedup="2", link="/visits/2")
    foreign = tell(other)
    assert services.mark_read(person, ids=[foreign], at=NOON) == 0
    assert services.mark_read(person, up_to=first, at=NOON) == 1
    assert services.mark_read(person, up_to=first, at=NOON) == 0
    assert (queries.unread(person), queries.unread(other)) == (1, 1)
    assert services.mark_read(person, ids=[second], at=NOON) == 1
    assert queries.unread(person) == 0


def test_the_list_is_paged_by_key_and_costs_two_statements(person):
    for n in range(7):
        tell(person, dedup=f"{n}")
    seen, before = [], None
    while page := queries.notices_of(person, before=before, limit=3):
        seen += [line.id for line in page]
        before = page[-1].id
    assert len(seen) == len(set(seen)) == 7
    assert seen == sorted(seen, reverse=True)
    with CaptureQueriesContext(
        connection,
    ) as one:
        queries.notices_of(person, before=None, limit=1)
    with CaptureQueriesContext(connection) as many:
        queries.notices_of(person, before=None, limit=100)
    assert len(one) == len(many) == 1


def test_telling_costs_few_statements_however_many_devices(person):
    for n in range(10):
        found = subscription(f"https://push.example.com/{n}")
        services.add_device(
            person,
            endpoint=found.endpoint,
            p256dh=found.p256dh,
            auth=found.auth,
            name="",
            at=clock.now(),
        )
    with CaptureQueriesContext(connection) as told:
        tell(person)
    assert len(told) <= 4, [q["sql"][:90] for q in told]


def test_telling_whom_no_channel_reaches_costs_no_more_than_asking(person):
    live.touch_presence({person.user_id}, NOON)
    with CaptureQueriesContext(connection) as told:
        tell(person, "awaited", values={"minutes": 1})
    assert len(told) <= 4, [q["sql"][:90] for q in told]
    with CaptureQueriesContext(connection) as again:
        tell(person, "awaited", values={"minutes": 1})
    with CaptureQueriesContext(connection) as unlisted:
        tell(person, "offer")
    assert len(again) == len(unlisted) == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"zone": "../../etc/passwd"}, "zone"),
        ({"quiet_from": MORNING.time(), "quiet_to": MORNING.time()}, "quiet_to"),
        ({"choices": {"poem": {"push": True}}}, "choices.poem"),
        ({"choices": {"offer": {"push": True}}}, "choices.offer"),
        ({"choices": {"awaited": {"mail": True}}}, "choices.awaited"),
    ],
)
def test_what_nobody_can_choose_is_refused(person, wrong, field):
    with pytest.raises(Invalid) as refused:
        services.choose(person, wrong)
    assert [e.field for e in refused.value.errors] == [field]
    assert not Choice.objects.exists()


def test_a_choice_leaves_the_others_as_they_are(person):
    services.choose(person, {"choices": {"calm": {"push": False}}, "zone": "Europe/Berlin"})
    services.choose(person, {"choices": {"awaited": {"sms": False}}})
    found = queries.settings_of(person.user_id)
    assert found.choices == {"calm": {"push": False}, "awaited": {"sms": False}}
    assert found.zone == "Europe/Berlin"


def test_a_closed_account_leaves_nothing(person, device):
    tell(person)
    services.choose(person, {"quiet": False})
    services.forget(person.user_id)
    for model in (Notice, Delivery, Device, Choice):
        assert not model.objects.filter(user_id=person.user_id).exists()


def test_what_is_old_is_forgotten_and_what_is_new_stays(person, device):
    now = clock.now()
    tell(person, at=now - timedelta(days=181), dedup="old")
    tell(person, at=now - timedelta(days=31), dedup="month")
    tell(person, at=now, dedup="new")
    services.prune()
    assert sorted(Notice.objects.values_list("dedup", flat=True)) == ["month", "new"]
    assert Delivery.objects.count() == 1
