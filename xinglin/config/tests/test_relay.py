"""The relay of calls as an operator names it."""

import os
import subprocess
import sys

import pytest

_ASK = (
    "from django.conf import settings as s;"
    "print(s.TURN_URLS, s.TURN_SECRET == 'north wind', s.RELAY_ONLY)"
)


def settled(**named: str) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "DJANGO_SETTINGS_MODULE": "xinglin.config.settings", **named}
    return subprocess.run(
        [sys.executable, "-c", _ASK], env=environ, capture_output=True, text=True, check=False
    )


def test_the_relays_secret_comes_by_a_file(tmp_path):
    held = tmp_path / "secret"
    held.write_text("north wind\n")
    told = settled(
        XINGLIN_TURN_URLS="turn:a.test:3478, turns:a.test:443,",
        XINGLIN_TURN_SECRET_FILE=str(held),
        XINGLIN_RELAY_ONLY="1",
    )
    assert told.stdout.strip() == "('turn:a.test:3478', 'turns:a.test:443') True True"


@pytest.mark.parametrize(
    "named", [{"XINGLIN_TURN_URLS": "turn:a.test"}, {"XINGLIN_RELAY_ONLY": "1"}]
)
def test_a_relay_that_could_carry_nothing_is_said_at_the_start(named):
    told = settled(**named)
    assert told.returncode == 1
    assert next(iter(named)) in told.stderr
