"""The command line: what is wrong is said in one sentence."""

from pathlib import Path

import pytest

from xinglin.host import cli, crew
from xinglin.host.places import HostError, Places, hold


def opening(tmp_path: Path) -> crew.Opening:
    places = Places(tmp_path / "data")
    places.make()
    return crew.Opening(
        places=places, port=8123, locale="en", demo=True, dsn="postgresql:///nowhere"
    )


def test_a_second_start_on_the_same_data_is_refused_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with hold(tmp_path / "api.lock"):
        code = cli.main(["demo", "--no-browser", "--data", str(tmp_path)])

    said = capsys.readouterr().err.strip()
    assert code == 1
    assert said.startswith("xinglin: ")
    assert len(said.splitlines()) == 1
    assert str(tmp_path) in said


def test_an_unknown_process_is_named(tmp_path: Path) -> None:
    with pytest.raises(HostError, match="postbox"):
        crew.crew(opening(tmp_path), ("api", "postbox"))


def test_the_audit_of_no_hospital_says_how_to_make_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert cli.main(["audit", "verify", "--data", str(tmp_path / "nothing")]) == 1
    assert "./run demo" in capsys.readouterr().err


def test_demo_and_up_keep_their_data_apart() -> None:
    parser = cli._parser()
    demo, up = parser.parse_args(["demo"]), parser.parse_args(["up"])

    assert demo.data != up.data
    assert (demo.demo, up.demo) == (True, False)


def test_every_process_is_told_where_the_hospital_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XINGLIN_ORIGIN", raising=False)
    told = crew.environment(opening(tmp_path))

    assert told["XINGLIN_DEMO"] == "1"
    assert told["XINGLIN_ORIGIN"] == "http://localhost:8123"
    assert told["XINGLIN_DATA"] == str(tmp_path / "data")


def test_every_process_listens_on_its_own_socket_in_the_folder_of_this_hospital(
    tmp_path: Path,
) -> None:
    house = opening(tmp_path)
    sockets = [s for member in crew.crew(house) for s in member.sockets]

    assert len(sockets) == len(set(sockets)) == 5
    assert {s.parent for s in sockets} == {house.places.sockets}
