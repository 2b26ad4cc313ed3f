"""SMS by a vendor over HTTP and mail by SMTP, against servers on this machine."""

import json
import socket
from datetime import timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message as Mail

import pytest
from aiosmtpd.controller import Controller

from xinglin.foundation.accounts.models import User
from xinglin.foundation.notices import services, tasks
from xinglin.foundation.notices.models import Delivery, DemoMessage
from xinglin.kernel import clock

pytestmark = pytest.mark.django_db


class Postbox:
    """Takes mail; `refuses` so many first."""

    def __init__(self) -> None:
        self.mails: list[tuple[list[str], Mail]] = []
        self.refuses = 0

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  # aiosmtpd calls it so
        if self.refuses:
            self.refuses -= 1
            return "451 later"
        self.mails.append((envelope.rcpt_tos, message_from_bytes(envelope.content)))
        return "250 OK"


@pytest.fixture
def postbox(settings):
    found = Postbox()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    controller = Controller(found, hostname="127.0.0.1", port=port)
    controller.start()
    settings.SMTP_URL = f"smtp://127.0.0.1:{port}"
    settings.NOTICE_GATEWAYS = {"sms": "demo", "mail": "smtp"}
    yield found
    controller.stop()


def tell(person, kind, **more):
    services.choose(person, {"quiet": False, "choices": {"calm": {"mail": True}}})
    return services.tell(person.user_id, kind, link="/visits/1", dedup="a", at=clock.now(), **more)


def test_a_mail_has_the_words_and_the_link_and_one_id_however_often_it_goes(person, postbox):
    User.objects.filter(pk=person.user_id).update(email="wang@example.com", locale="zh")
    tell(person, "calm")
    postbox.refuses = 1
    tasks.send_mail()
    assert Delivery.objects.get(channel="mail").state == "pending"
    with clock.later(timedelta(minutes=1)):
        tasks.send_mail()
    delivery = Delivery.objects.get(channel="mail")
    assert delivery.state == "sent"
    ((to, mail),) = postbox.mails
    body = mail.get_payload(decode=True).decode()
    assert to == ["wang@example.com"]
    assert str(make_header(decode_header(mail["Subject"]))) == "杏林"
    assert "有新内容。" in body
    assert "/visits/1" in body
    assert mail["Message-ID"].startswith(f"<{delivery.id}@")


def test_without_a_mail_server_it_waits(person, settings):
    settings.SMTP_URL = ""
    settings.NOTICE_GATEWAYS = {"sms": "demo", "mail": "smtp"}
    User.objects.filter(pk=person.user_id).update(email="wang@example.com")
    tell(person, "calm")
    tasks.send_mail()
    assert Delivery.objects.get(channel="mail").last_error == "no_mail_server"


@pytest.fixture
def vendor(push_service, settings):
    settings.SMS_URL = f"{push_service.origin}/sms"
    settings.SMS_TOKEN = "geheim"
    settings.NOTICE_GATEWAYS = {"sms": "http_json", "mail": "demo"}
    return push_service


def test_an_sms_is_handed_to_the_vendor_with_the_key_that_makes_it_once(person, vendor):
    vendor.answers[:] = [(503, {"Retry-After": "30"})]
    tell(person, "awaited", values={"minutes": 3})
    now = clock.now()
    with clock.frozen(now):
        tasks.send_sms()
    assert Delivery.objects.get().due_at == now + timedelta(seconds=30)
    with clock.frozen(now + timedelta(seconds=30)):
        tasks.send_sms()
    assert Delivery.objects.get().state == "sent"
    first, second = vendor.asked
    assert first[1]["idempotency-key"] == second[1]["idempotency-key"]
    assert second[1]["authorization"] == "Bearer geheim"
    sent = json.loads(second[2])
    assert sent["to"].startswith("+86139")
    assert sent["text"] == "还剩3分钟。"


@pytest.mark.parametrize("status", [400, 401, 404])
def test_what_the_vendor_refuses_is_given_up(person, vendor, status):
    vendor.answers[:] = [(status, {})]
    tell(person, "awaited", values={"minutes": 3})
    tasks.send_sms()
    assert (Delivery.objects.get().state, Delivery.objects.get().last_error) == (
        "given_up",
        f"status_{status}",
    )


def test_the_demo_inbox_takes_the_same_one_twice_as_one(person):
    tell(person, "awaited", values={"minutes": 3})
    now = clock.now()
    with clock.frozen(now):
        tasks.send_sms()
        Delivery.objects.update(state="pending", due_at=now, sent_at=None)
        tasks.send_sms()
    assert DemoMessage.objects.count() == 1


def test_codes_go_before_all_that_waits(person, other):
    for n in range(tasks.BATCH + 5):
        services.tell(
            person.user_id, "awaited", link="/", dedup=f"{n}", values={"minutes": n}, at=clock.now()
        )
    services.send(
        channel="sms",
        to="+8613800138001",
        template="login_code",
        values={"code": "271828"},
        locale="zh",
    )
    tasks.send_sms()
    assert Delivery.objects.get(template="login_code").state == "sent"
