"""A demo in which simulated people hold consultations through the public door."""

import asyncio
import re
from collections.abc import Iterator

import psycopg
import pytest

from journeys.hospital import Hospital, eventually
from xinglin.host.cli import main
from xinglin.host.demo import bustle, hiring
from xinglin.host.demo.client.door import Browser
from xinglin.host.demo.client.people import Doctor, Inbox
from xinglin.host.places import Places
from xinglin.host.postgres import attach

WITHIN_S = 60.0


@pytest.fixture(scope="module")
def hospital(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hospital]:
    opened = Hospital(tmp_path_factory.mktemp("house") / "data", words=("--bustle", "12"))
    yield opened
    if opened.process.poll() is None:
        opened.stop()


def asked(hospital: Hospital, sql: str) -> int:
    server = attach(Places(hospital.data).postgres)
    with psycopg.connect(server.dsn) as line:
        return line.execute(sql).fetchone()[0]


def log(hospital: Hospital, name: str) -> str:
    found = hospital.data / "logs" / f"{name}.log"
    return found.read_text(encoding="utf-8") if found.exists() else ""


def faults(hospital: Hospital) -> list[str]:
    """Answers of 5xx that the simulated people have met, and bugs that the api has told of."""
    met = re.findall(r"Refused 5\d\d.*", log(hospital, "bustle"))
    return met + re.findall(r".*request failed.*", log(hospital, "api"))


SIGNED = "select count(*) from consultation_record_version"


@pytest.mark.slow
@pytest.mark.usefixtures("hospital")
def test_within_a_minute_a_visit_has_ended_with_a_signed_record(hospital):
    before = asked(hospital, SIGNED)
    eventually(lambda: asked(hospital, SIGNED) > before, "a signed record", WITHIN_S)
    eventually(lambda: "a visit ended" in log(hospital, "bustle"), "a visit's end", WITHIN_S)
    assert faults(hospital) == []
    assert hospital.get("/api/v1/demo/people")[1]["bustle"] == 12


@pytest.mark.slow
def test_it_goes_on_after_the_api_and_the_live_process_have_died(hospital):
    for name in ("live", "api"):
        hospital.kill(name)
    eventually(hospital.is_ready, "the return of the parts", 30)
    ended = log(hospital, "bustle").count("a visit ended")
    eventually(
        lambda: log(hospital, "bustle").count("a visit ended") > ended, "another end", 2 * WITHIN_S
    )


@pytest.mark.slow
def test_everybody_in_it_is_marked_and_nobodys_sign_in_is_used(hospital):
    simulated = "(username like 'sim.%' or display_name ~ '试演|演练|Trial|Rehearsal')"
    assert asked(hospital, f"select count(*) from accounts_user where {simulated}") == 30
    unmarked = f"select count(*) from accounts_user where {simulated} and not synthetic"
    assert asked(hospital, unmarked) == 0
    demo = {p.get("username") or p["phone"] for p in hospital.people()}
    assert not {one["username"] for one in hiring.told()["doctors"]} & demo
    assert not [name for name in demo if name.startswith(hiring.PHONES)]


def test_a_real_persons_visit_is_not_known_and_so_not_taken(monkeypatch):
    monkeypatch.setattr(bustle, "_LEARN_S", 0.0)
    browser, asked = Browser("http://localhost:1"), []

    async def post(path, body=None):
        asked.append((path, body))

    monkeypatch.setattr(browser, "post", post)
    desk = bustle.Desk(bustle.Town(browser.url, {}, {}), Doctor(browser, "sim.gp1", "", ""))
    asyncio.run(desk._answer("1", "a person's own"))
    assert asked == [("/offers/1/refuse", {"reason": "busy"})]


def test_a_code_of_before_is_passed_over(monkeypatch):
    """A demo that is opened again still has the codes of the last time in its inbox."""
    to = f"+86{hiring.PHONES}0000"
    shown = [{"id": "1", "to": to, "code": "111111"}]
    browser = Browser("http://localhost:1")

    async def get(path):
        after = path.partition("after=")[2]
        return {"items": [item for item in shown if item["id"] > after]}

    async def newest() -> str:
        inbox = Inbox(browser, every_s=0.0)
        reading = asyncio.create_task(inbox.read())
        await inbox.pass_over(to)
        shown.insert(0, {"id": "2", "to": to, "code": "222222"})
        code = await inbox.code(to)
        reading.cancel()
        return code

    monkeypatch.setattr(browser, "get", get)
    assert asyncio.run(newest()) == "222222"


@pytest.mark.parametrize("words", ["0", "21", "-1", "many"])
def test_a_pace_beyond_sense_is_refused(words, capsys):
    with pytest.raises(SystemExit):
        main(["demo", "--bustle", words])
    assert "1 to 20" in capsys.readouterr().err
