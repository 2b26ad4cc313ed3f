"""Who is let through the relay: holders of what the house hands out, for as long as it says."""

import time
from pathlib import Path

import pytest
from playwright.sync_api import Route

from journeys.calls import bare, probes
from journeys.calls.browsers import Browsers
from journeys.calls.faces import BLUE, RED
from journeys.calls.people import CallCast, meet
from journeys.calls.relay import Relay, asks_for, coturn, production_settings

pytestmark = pytest.mark.slow
_HOUR_S = 3600
# Of each candidate that is found within the time, its kind; and the errors that the relay has told.
_GATHER = """(servers) => new Promise((done) => {
    const pc = new RTCPeerConnection({ iceServers: servers, iceTransportPolicy: 'relay' })
    const kinds = [], errors = []
    pc.onicecandidate = (e) => e.candidate?.candidate ? kinds.push(e.candidate.type) : done({ kinds, errors })
    pc.onicecandidateerror = (e) => errors.push(e.errorCode)
    pc.createDataChannel('x')
    pc.setLocalDescription()
    setTimeout(() => done({ kinds, errors }), 15000)
})"""


def test_two_who_may_only_use_the_relay_meet_there(browsers: Browsers, relay: Relay) -> None:
    servers = relay.servers(expires_at=time.time() + _HOUR_S)
    patient, doctor = bare.bare_page(browsers.of(RED)), bare.bare_page(browsers.of(BLUE))
    bare.call(doctor, patient, servers=servers, relay_only=True)
    for page in (patient, doctor):
        probes.sees(page, RED, BLUE)
        probes.hears(page)
        assert probes.stats(page)["pairs"] == [["relay", "relay"]]
    for page in (patient, doctor):
        page.close()


def relayed_only(route: Route) -> None:
    """The house's own place at the relay, and no other way."""
    answer = route.fetch()
    route.fulfill(response=answer, json=answer.json() | {"relay_only": True})


def test_a_call_of_the_house_goes_through_its_relay(cast: CallCast, relay: Relay) -> None:
    visit = cast.visit()
    for person in (visit.patient, visit.doctor):
        person.page.route("**/api/v1/calls/*/seats", relayed_only)
    meet(visit)
    for person in (visit.patient, visit.doctor):
        probes.hears(person.page)
        assert probes.stats(person.page)["pairs"] == [["relay", "relay"]]
    # In the name by which the relay knows a page is nothing of the person.
    log = relay.log.read_text(errors="replace")
    assert "realm <hospital.test> user <" in log
    assert "13900990" not in log


@pytest.mark.parametrize(
    ("expires_in_s", "secret"),
    [(_HOUR_S, "a forged one"), (-1, None)],
    ids=["forged", "expired"],
)
def test_others_get_nothing_from_it(
    browsers: Browsers, relay: Relay, expires_in_s: int, secret: str | None
) -> None:
    chosen = {} if secret is None else {"secret": secret}
    servers = relay.servers(expires_at=time.time() + expires_in_s, **chosen)
    page = bare.bare_page(browsers.of(RED))
    found = page.evaluate(_GATHER, servers)
    page.close()
    assert found["kinds"] == []
    assert 401 in found["errors"], found


@pytest.mark.usefixtures("relay")
@pytest.mark.parametrize("peer", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "192.168.0.1"])
def test_the_one_of_production_reaches_nothing_behind_it(tmp_path: Path, peer: str) -> None:
    with coturn(tmp_path, production_settings) as production:
        assert "403 (Forbidden IP)" in asks_for(peer, production)
        assert b"rror" not in production.log.read_bytes()
