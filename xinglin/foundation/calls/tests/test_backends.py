"""One contract for every media backend, and the relay's credentials."""

from datetime import UTC, datetime, timedelta

import pytest

from xinglin.foundation.calls import queries, services
from xinglin.foundation.calls.rules import relay_credential
from xinglin.foundation.calls.services import known_backends
from xinglin.foundation.calls.tests.test_rooms import seat
from xinglin.foundation.calls.types import IceServer
from xinglin.kernel import ids

AT = datetime(2026, 11, 29, 21, 0, tzinfo=UTC)
SECRET = "north wind"


@pytest.fixture
def relay(settings):
    settings.TURN_URLS = ("turn:relay.test:3478?transport=udp", "turns:relay.test:443")
    settings.TURN_SECRET = SECRET


@pytest.mark.parametrize("name", ["null", "p2p"])
@pytest.mark.django_db
def test_every_backend_opens_seats_and_closes_a_room_and_bears_each_twice(name, settings, relay):
    settings.MEDIA_BACKEND = name
    backend, room, him = known_backends()[name], ids.new(), seat("patient")
    backend.end(room)  # never begun
    for _ in range(2):
        backend.begin(room)
        services.open_room(room, at=AT)
    settings.MEDIA_BACKEND = "of tomorrow"  # a room keeps what it was opened with
    tickets = [services.take_seat(room, him, at=AT) for _ in range(2)]
    for _ in range(2):
        services.close_room(room, at=AT)
        backend.end(room)
    assert {ticket.backend for ticket in tickets} == {name}
    for server in (server for ticket in tickets for server in ticket.ice_servers):
        assert isinstance(server, IceServer)
        assert all(url.startswith(("stun:", "turn:", "turns:")) for url in server.urls)
    assert queries.seats(room) == []


def test_the_list_of_backends_is_their_folder():
    assert known_backends().keys() == {"null", "p2p"}


def test_the_relays_credential_is_the_one_that_its_server_reckons():
    # printf '1764453600:aaaabbbbcccc' | openssl dgst -sha1 -hmac 'north wind' -binary | base64
    assert relay_credential("1764453600:aaaabbbbcccc", SECRET) == "96qeW/Aw8K0oRZKJ7rjyfmVsRh0="


def test_the_relays_credentials_end_in_an_hour_and_name_nobody(relay):
    one, other = (known_backends()["p2p"].ice_servers(at=AT)[0] for _ in range(2))
    until, _, name = one.username.partition(":")
    assert int(until) == int((AT + timedelta(hours=1)).timestamp())
    assert name
    assert one.username != other.username
    assert one.credential == relay_credential(one.username, SECRET)


def test_without_a_relay_pages_have_only_their_own_addresses(settings):
    settings.TURN_URLS, settings.TURN_SECRET = (), ""
    assert known_backends()["p2p"].ice_servers(at=AT) == ()


@pytest.mark.django_db
def test_neither_secret_nor_credential_nor_name_stands_in_what_a_log_would_show(relay):
    room = ids.new()
    services.open_room(room, at=AT)
    ticket = services.take_seat(room, seat("patient"), at=AT)
    (server,) = ticket.ice_servers
    assert server.credential
    assert not {SECRET, server.credential, "Dr Wang"} & set(repr(ticket).split("'"))
    assert server.credential not in repr(ticket)
