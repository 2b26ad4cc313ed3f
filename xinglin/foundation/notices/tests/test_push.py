"""Web Push, against a push service of our own: opened and checked by the RFCs."""

import socket
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from xinglin.foundation.notices import queries, rules, services, tasks
from xinglin.foundation.notices.channels import push
from xinglin.foundation.notices.models import Delivery, Device
from xinglin.foundation.notices.tests.browser import signed_claims
from xinglin.foundation.notices.tests.conftest import PushService, said
from xinglin.kernel import clock

pytestmark = pytest.mark.django_db


def tell(person, kind="calm", dedup="a", **more):
    more = {"link": "/visits/1", "at": clock.now()} | more
    return services.tell(person.user_id, kind, dedup=dedup, **more)


@pytest.fixture
def awake(person):
    services.choose(person, {"quiet": False})
    return person


def test_only_the_browser_reads_what_it_says(awake, push_service):
    browser = push_service.subscribe(awake)
    tell(awake, "awaited", values={"minutes": 5})
    assert tasks.send_pushes() == 1
    (_, headers, body) = push_service.asked[0]
    assert headers["content-encoding"] == "aes128gcm"
    assert headers["urgency"] == "high"
    assert "分钟".encode() not in body
    found = said(browser.opened(body))
    assert found["title"] == "杏林"
    assert found["body"] == "还剩5分钟。"
    assert found["link"] == "/visits/1"
    assert found["lang"] == "zh-CN"
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.due_at, found["id"]) == ("sent", None, str(delivery.id))


def test_the_hospital_signs_for_this_push_service_and_for_a_short_time(awake, push_service):
    push_service.subscribe(awake)
    tell(awake)
    tasks.send_pushes()
    claims = signed_claims(push_service.asked[0][1]["authorization"], push.public_key())
    # Without the port, which is 443 wherever a push service is public.
    assert claims["aud"] == push_service.origin.rpartition(":")[0]
    assert claims["sub"].startswith("mailto:")
    lifetime = datetime.fromtimestamp(claims["exp"], UTC) - datetime.now(UTC)
    assert timedelta(0) < lifetime <= timedelta(hours=24)


def test_the_length_tells_nothing(awake, push_service):
    push_service.subscribe(awake)
    tell(awake, "awaited", values={"minutes": 5}, dedup="a")
    tell(awake, "calm", dedup="b")
    tasks.send_pushes()
    assert len({len(body) for _, _, body in push_service.asked}) == 1


def test_it_expires_when_it_is_of_no_use(awake, push_service):
    push_service.subscribe(awake)
    now = clock.now()
    tell(awake, "calm", at=now, until=now + timedelta(seconds=30))
    tasks.send_pushes()
    assert 25 <= int(push_service.asked[0][1]["ttl"]) <= 30


def test_a_later_one_on_the_same_page_takes_its_place_while_the_device_is_away(awake, push_service):
    push_service.subscribe(awake)
    tell(awake, dedup="a")
    tell(awake, dedup="b")
    tell(awake, dedup="c", link="/visits/2")
    tasks.send_pushes()
    topics = sorted(headers["topic"] for _, headers, _ in push_service.asked)
    assert len(set(topics)) == 2
    assert all(len(topic) <= 32 for topic in topics)  # RFC 8030, 5.4


@pytest.mark.parametrize("status", [404, 410])
def test_a_subscription_that_is_dead_is_removed_and_the_others_are_told(
    awake, push_service, status
):
    push_service.subscribe(awake, "tot")
    alive = push_service.subscribe(awake, "lebt")
    push_service.answers[:] = []
    tell(awake)
    dead_first = sorted(Delivery.objects.all(), key=lambda d: d.device.name != "tot")
    Delivery.objects.filter(id=dead_first[1].id).update(due_at=clock.now() + timedelta(seconds=5))
    push_service.answers.append((status, {}))
    tasks.send_pushes()
    with clock.later(timedelta(seconds=6)):
        tasks.send_pushes()
    assert [each["name"] for each in queries.devices_of(awake)] == ["lebt"]
    assert said(alive.opened(push_service.asked[-1][2]))["body"] == "有新内容。"


def test_it_comes_back_when_the_push_service_says(awake, push_service):
    push_service.subscribe(awake)
    tell(awake)
    push_service.answers.append((429, {"Retry-After": "120"}))
    now = clock.now()
    with clock.frozen(now):
        tasks.send_pushes()
    waiting = Delivery.objects.get()
    assert (waiting.state, waiting.last_error) == ("pending", "status_429")
    assert waiting.due_at == now + timedelta(seconds=120)
    assert Device.objects.exists()
    with clock.frozen(now + timedelta(seconds=120)):
        tasks.send_pushes()
    assert Delivery.objects.get().state == "sent"


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("90", 90), ("date", 60), ("", 2), ("soon", 2), ("-5", 2), ("9" * 30, 6 * 3600)],
)
def test_a_time_to_come_back_is_a_number_or_a_date_and_never_for_ever(
    awake, push_service, value, seconds
):
    push_service.subscribe(awake)
    tell(awake)
    now = clock.now().replace(microsecond=0) + timedelta(seconds=1)
    if value == "date":
        value = format_datetime(now + timedelta(seconds=seconds), usegmt=True)
    push_service.answers.append((503, {"Retry-After": value}))
    with clock.frozen(now):
        tasks.send_pushes()
    assert Delivery.objects.get().due_at == now + timedelta(seconds=seconds)


@pytest.mark.parametrize("status", [400, 401, 403, 413, 301])
def test_what_is_refused_is_given_up_and_the_device_stays(awake, push_service, status):
    push_service.subscribe(awake)
    tell(awake)
    push_service.answers.append(
        (status, {"Location": push_service.origin} if status == 301 else {})
    )
    tasks.send_pushes()
    assert Delivery.objects.get().state == "given_up"
    assert len(push_service.asked) == 1
    assert Device.objects.exists()


def test_one_that_cannot_be_written_fails_alone(awake, push_service):
    """A poison row: its device's keys do not open any more."""
    push_service.subscribe(awake, "kaputt")
    push_service.subscribe(awake, "heil")
    tell(awake)
    Device.objects.filter(name="kaputt").update(sealed=b"?")
    tasks.send_pushes()
    found = dict(Delivery.objects.values_list("device__name", "state"))
    assert found == {"kaputt": "pending", "heil": "sent"}


def test_after_so_many_tries_it_is_given_up(awake, push_service, monkeypatch):
    monkeypatch.setattr(rules, "MOST_TRIES", 2)
    push_service.subscribe(awake)
    tell(awake)
    push_service.answers[:] = [(500, {}), (500, {})]
    now = clock.now()
    for minutes in (0, 6, 12):
        with clock.frozen(now + timedelta(minutes=minutes)):
            tasks.send_pushes()
    assert Delivery.objects.get().state == "given_up"
    assert len(push_service.asked) == 2


def test_a_worker_that_died_leaves_it_to_the_next_under_the_same_id(awake, push_service):
    browser = push_service.subscribe(awake)
    tell(awake)
    now = clock.now()
    with clock.frozen(now):
        tasks._claim("push", now)  # and then it died
        assert tasks.send_pushes() == 0, "it is in other hands"
    with clock.frozen(now + rules.LEASE):
        assert tasks.send_pushes() == 1
    assert said(browser.opened(push_service.asked[0][2]))["id"] == str(Delivery.objects.get().id)


def test_a_push_service_that_does_not_answer_is_tried_again(awake, push_service, settings):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        nobody = PushService(f"http://127.0.0.1:{closed.getsockname()[1]}")
    settings.PUSH_ALSO = frozenset({nobody.origin})
    nobody.subscribe(awake)
    tell(awake)
    now = clock.now()
    with clock.frozen(now):
        tasks.send_pushes()
    waiting = Delivery.objects.get()
    assert (waiting.state, waiting.last_error) == ("pending", "no_answer_ConnectionRefusedError")
    assert waiting.due_at > now


def test_an_address_that_may_not_be_called_any_more_is_given_up(awake, push_service, settings):
    push_service.subscribe(awake)
    tell(awake)
    settings.PUSH_ALSO = frozenset()
    tasks.send_pushes()
    assert (Delivery.objects.get().state, Delivery.objects.get().last_error) == (
        "given_up",
        "address_refused",
    )


def test_where_the_last_device_is_gone_an_sms_says_it(awake, push_service):
    push_service.subscribe(awake)
    tell(awake, "awaited", values={"minutes": 5}, dedup="a")
    tell(awake, "calm", dedup="b")
    push_service.answers[:] = [(410, {}), (410, {})]
    tasks.send_pushes()
    found = list(Delivery.objects.values_list("channel", "template", "state"))
    assert found == [("sms", "awaited", "pending")]
