"""Codes leave after the commit, once, and leave no trace of what they said."""

import json
from datetime import timedelta

import pytest
from django.db import transaction

from xinglin.foundation.notices import queries, rules, services, tasks
from xinglin.foundation.notices.gateways import known_gateways
from xinglin.foundation.notices.models import Delivery, DemoMessage
from xinglin.foundation.notices.types import Message, UndeliveredError
from xinglin.kernel import clock, ids
from xinglin.kernel.text import Text

PHONE, CODE = "+8613800138001", "271828"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _demo(settings):
    settings.DEMO = True
    settings.NOTICE_GATEWAYS = {"sms": "demo", "mail": "demo"}


def send(**changes):
    known = {"channel": "sms", "to": PHONE, "template": "login_code", "values": {"code": CODE}}
    return services.send(**({"locale": "zh"} | known | changes))


class Vendor:
    """A gateway whose vendor answers as told; `sent` is what it carried."""

    def __init__(self, *answers):
        self.answers, self.sent = list(answers), []

    def deliver(self, message):
        answer = self.answers.pop(0) if self.answers else None
        if answer:
            raise answer
        self.sent.append(message)


@pytest.fixture
def vendor(monkeypatch, settings):
    def made(*answers) -> Vendor:
        gateway = Vendor(*answers)
        monkeypatch.setitem(known_gateways(), "vendor", gateway)
        settings.NOTICE_GATEWAYS = {"sms": "vendor", "mail": "vendor"}
        return gateway

    return made


@pytest.mark.parametrize("name", ["demo", "null"])
@pytest.mark.parametrize("channel", ["sms", "mail"])
def test_a_gateway_without_a_vendor_takes_a_message_and_says_nothing_of_it(name, channel, capsys):
    message = Message(
        id=ids.new(),
        channel=channel,
        to=PHONE,
        text=Text("王秀英", "Wang Xiuying"),
        code=CODE,
        locale="zh",
    )
    assert known_gateways()[name].deliver(message) is None
    written = "".join(capsys.readouterr())
    for secret in (PHONE, CODE, "王秀英", "Wang"):
        assert secret not in written


def test_a_notice_is_read_in_the_demo_inbox_in_both_languages():
    send()
    assert queries.demo_inbox() == []
    assert tasks.send_pending() == 1
    (item,) = queries.demo_inbox()
    assert (item.to, item.code, item.channel) == (PHONE, CODE, "sms")
    assert CODE in item.text.zh
    assert CODE in item.text.en


def test_the_inbox_is_read_newest_first_and_from_where_one_was(client):
    for code in ("1", "2", "3"):
        send(values={"code": code})
    tasks.send_pending()
    items = client.get("/api/v1/demo/inbox").json()["items"]
    assert [i["code"] for i in items] == ["3", "2", "1"]
    newer = client.get(f"/api/v1/demo/inbox?after={items[1]['id']}").json()["items"]
    assert [i["code"] for i in newer] == ["3"]


def test_the_inbox_forgets_after_a_day():
    send()
    tasks.send_pending()
    with clock.later(timedelta(days=1, seconds=1)):
        send()
        tasks.send_pending()
    assert DemoMessage.objects.count() == 1


def test_a_notice_of_an_act_that_failed_is_never_sent():
    @transaction.atomic
    def act_and_fail() -> None:
        send()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act_and_fail()
    assert tasks.send_pending() == 0


def test_a_notice_is_sent_once_and_then_forgotten(vendor):
    gateway = vendor()
    send()
    assert (tasks.send_pending(), tasks.send_pending()) == (1, 0)
    assert [m.code for m in gateway.sent] == [CODE]
    row = Delivery.objects.get()
    assert (bytes(row.sealed), row.due_at) == (b"", None)
    assert row.sent_at


def test_what_failed_is_tried_again_with_growing_pauses(vendor):
    gateway = vendor(UndeliveredError("busy"), ConnectionError("+8613800138001"))
    send()
    at, pauses = clock.now(), []
    for _ in range(2):
        with clock.frozen(at):
            assert tasks.send_pending() == 1
            assert tasks.send_pending() == 0, "it waits for its turn"
        due_at = Delivery.objects.get().due_at
        pauses.append(due_at - at)
        at = due_at
    assert pauses[1] >= 2 * pauses[0]
    assert PHONE not in Delivery.objects.get().last_error
    with clock.frozen(at):
        tasks.send_pending()
    assert len(gateway.sent) == 1


def test_one_that_fails_holds_up_no_other(vendor):
    gateway = vendor(UndeliveredError("busy"))
    send(values={"code": "1"})
    send(values={"code": "2"})
    assert tasks.send_pending() == 2
    assert [m.code for m in gateway.sent] == ["2"]


@pytest.mark.parametrize("reason", ["refused", "too_late", "too_often"])
def test_what_can_no_longer_help_is_given_up_and_forgotten(vendor, monkeypatch, reason):
    gateway = vendor(UndeliveredError(reason, for_good=reason == "refused"))
    if reason == "too_often":
        monkeypatch.setattr(rules, "MOST_TRIES", 1)
    send()
    useful = rules.TEMPLATES["login_code"].useful_for
    with clock.later(useful + timedelta(seconds=1) if reason == "too_late" else timedelta(0)):
        tasks.send_pending()
    row = Delivery.objects.get()
    assert (row.due_at, row.sent_at, row.last_error) == (None, None, reason)
    assert bytes(row.sealed) == b""
    assert gateway.sent == []


def test_neither_number_nor_code_reaches_the_log(vendor, capsys):
    vendor(UndeliveredError("busy"), ValueError(f"{PHONE} {CODE}"))
    send()
    tasks.send_pending()
    with clock.later(timedelta(minutes=1)):
        tasks.send_pending()
    written = "".join(capsys.readouterr())
    assert written.count("notice not delivered") == 2
    assert PHONE not in written
    assert CODE not in written


def test_what_waits_is_sealed():
    send()
    sealed = bytes(Delivery.objects.get().sealed)
    assert PHONE.encode() not in sealed
    assert json.dumps({"code": CODE}).encode() not in sealed


@pytest.mark.parametrize(
    "wrong", [{"channel": "fax"}, {"template": "poem"}, {"values": {"other": "1"}}]
)
def test_a_notice_that_cannot_be_written_is_refused_at_once(wrong):
    with pytest.raises(ValueError, match=r"no such notice|needs"):
        send(**wrong)
