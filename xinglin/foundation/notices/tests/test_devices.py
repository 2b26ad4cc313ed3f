"""Only public https addresses are called, and a browser belongs to one account."""

import socket
import time

import pytest

from xinglin.foundation.notices import outgoing, queries, services
from xinglin.foundation.notices.models import Delivery, Device
from xinglin.foundation.notices.rules import devices as rules
from xinglin.foundation.notices.tests.browser import subscription
from xinglin.foundation.notices.tests.conftest import somebody
from xinglin.foundation.notices.types import UndeliveredError
from xinglin.kernel import clock, ids
from xinglin.kernel.errors import Invalid, NotFound

pytestmark = pytest.mark.django_db
GOOD = "https://push.example.com/send/abc"


def add(viewer, endpoint=GOOD, **changes):
    found = subscription(endpoint)
    values = {"endpoint": endpoint, "p256dh": found.p256dh, "auth": found.auth, "name": "手机"}
    return services.add_device(viewer, **(values | {"at": clock.now()} | changes))


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://push.example.com/send",
        "https://localhost/x",
        "https://router.local/x",
        "https://intranet/x",
        "https://127.0.0.1/x",
        "https://127.1/x",
        "https://0x7f.1/x",
        "https://2130706433/x",
        "https://10.0.0.1/x",
        "https://192.168.1.1/x",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/x",
        "https://[::ffff:10.0.0.1]/x",
        "https://[fd00::1]/x",
        "https://user:pass@push.example.com/x",
        "https://push.example.com:8443/x",
        "https://push.example.com:99999/x",
        "https://push.example.com/x#y",
        "https://push.example.com/a b",
        "https://push.example.com/\r\nHost: x",
        "https://例子.com/x",
        "ftp://push.example.com/x",
        "javascript:alert(1)",
        "https://",
        "x" * 1001,
        "https://push.example.com/" + "x" * 1000,
    ],
)
def test_an_endpoint_that_is_no_public_https_address_is_refused(person, endpoint):
    with pytest.raises(Invalid) as refused:
        add(person, endpoint)
    assert [e.field for e in refused.value.errors] == ["endpoint"]
    assert not Device.objects.exists()


@pytest.mark.parametrize("field", ["p256dh", "auth"])
@pytest.mark.parametrize("value", ["", "!", "AAAA", "B" * 87, "汉字", "A" * 10_000])
def test_a_key_that_is_none_is_refused(person, field, value):
    with pytest.raises(Invalid) as refused:
        add(person, **{field: value})
    assert [e.field for e in refused.value.errors] == [field]


def test_a_name_that_leads_into_our_own_network_is_not_called(monkeypatch):
    """What it led to when it was given says nothing: the address that is called is looked at."""
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda *_, **__: [
            (2, 1, 6, "", ("93.184.215.14", 443)),
            (2, 1, 6, "", ("10.0.0.7", 443)),
        ],
    )
    with pytest.raises(UndeliveredError) as refused:
        outgoing.post(GOOD, b"", {}, also=())
    assert (refused.value.reason, refused.value.for_good) == ("private_address", True)


def test_a_redirect_is_not_followed(push_service):
    push_service.answers.append((302, {"Location": f"{push_service.origin}/inside"}))
    answer = outgoing.post(f"{push_service.origin}/a", b"x", {}, also={push_service.origin})
    assert (answer.status, len(push_service.asked)) == (302, 1)


def test_an_answer_that_never_ends_is_cut_off(monkeypatch):
    monkeypatch.setattr(outgoing, "_WHOLE_S", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as server:
        origin = f"http://127.0.0.1:{server.getsockname()[1]}"
        began = time.monotonic()
        with pytest.raises(UndeliveredError) as refused:
            outgoing.post(f"{origin}/x", b"x", {}, also={origin})
    assert refused.value.reason.startswith("no_answer")
    assert time.monotonic() - began < 4


def test_a_browser_said_again_is_the_same_device(person):
    assert add(person) == add(person)
    assert len(queries.devices_of(person)) == 1


def test_keys_and_endpoint_are_sealed_and_shown_to_nobody(person):
    add(person)
    row = Device.objects.get()
    assert b"push.example.com" not in bytes(row.sealed)
    assert set(queries.devices_of(person)[0]) == {"id", "name", "added_at", "here"}


def test_a_browser_that_another_turned_on_is_that_ones_and_waits_for_nothing_of_mine(person, other):
    add(person)
    services.tell(person.user_id, "calm", link="/visits/1", dedup="a", at=clock.now())
    add(other)
    assert queries.devices_of(person) == []
    assert len(queries.devices_of(other)) == 1
    assert not Delivery.objects.filter(channel="push").exists()


def test_who_signs_out_leaves_no_device_behind(person):
    add(person)
    services.forget_session("another session")
    services.forget_session("")
    assert len(queries.devices_of(person)) == 1
    services.forget_session(person.session)
    assert queries.devices_of(person) == []


def test_of_more_than_ten_devices_the_oldest_go(person):
    for n in range(12):
        add(person, f"{GOOD}/{n}", name=f"n{n}")
    names = [each["name"] for each in queries.devices_of(person)]
    assert names == [f"n{n}" for n in range(11, 1, -1)]
    assert Device.objects.count() == rules.MOST_DEVICES


def test_ten_thousand_devices_are_neither_kept_nor_told(person):
    at = clock.now()
    Device.objects.bulk_create(
        (
            Device(
                id=ids.new(),
                user_id=person.user_id,
                digest=n.to_bytes(32, "big"),
                sealed=b"",
                name="",
                session="s1",
                added_at=at,
                seen_at=at,
            )
            for n in range(10_000)
        ),
        batch_size=1000,
    )
    services.tell(person.user_id, "calm", link="/", dedup="a", at=at)
    assert Delivery.objects.count() == rules.MOST_DEVICES
    add(person)
    assert Device.objects.count() == rules.MOST_DEVICES


def test_another_persons_device_is_not_there(person, other):
    device = add(person)
    with pytest.raises(NotFound):
        services.forget_device(other, device)
    services.forget_device(person, device)
    with pytest.raises(NotFound):
        services.forget_device(person, device)


def test_a_browser_that_knows_its_endpoint_may_always_be_forgotten(person):
    add(person)
    services.forget_endpoint(somebody(), GOOD)
    assert queries.devices_of(person) == []
