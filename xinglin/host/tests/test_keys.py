"""The secrets of an installation are made once."""

import base64
import json
import threading
from pathlib import Path

from xinglin.host import keys


def test_secrets_are_read_by_their_owner_only_and_stay(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    keys.ensure(path)
    first = path.read_text()

    keys.ensure(path)

    assert path.read_text() == first
    assert path.stat().st_mode & 0o777 == 0o600
    assert [p.name for p in tmp_path.iterdir()] == ["secrets.json"]


def test_no_key_is_used_for_two_purposes(tmp_path: Path) -> None:
    keys.ensure(tmp_path / "secrets.json")
    made = json.loads((tmp_path / "secrets.json").read_text())
    values = [made["seal_keys"]["1"], made["index_key"], made["signing_key"]]

    assert len({*values, made["django_secret"]}) == 4
    assert {len(base64.b64decode(value)) for value in values} == {32}


def test_starts_at_once_agree_on_one_file(tmp_path: Path) -> None:
    """A draft is named by its process, so threads stand in by drafts of their own."""
    path = tmp_path / "secrets.json"
    seen: list[str] = []

    def start() -> None:
        keys.ensure(path)
        seen.append(path.read_text())

    start()
    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(seen)) == 1
