"""Logs tell what kind of error and where, and nothing of what people said."""

import json
import logging
import logging.config

import pytest
import structlog

from xinglin.config import logs


def fail(name: str) -> None:
    secret = f"identity of {name}"
    try:
        int(secret)
    except ValueError as error:
        raise LookupError(secret) from error


@pytest.fixture
def lines(capsys):
    """What was written since, as JSON."""
    logging.config.dictConfig(logs.LOGGING)  # the handler takes the stderr of this test
    logs.configure()
    return lambda: [json.loads(line) for line in capsys.readouterr().err.splitlines()]


@pytest.mark.parametrize("log", [structlog.get_logger("x"), logging.getLogger("django.request")])
def test_an_error_is_written_by_kind_and_place_only(lines, log):
    try:
        fail("王秀英")
    except LookupError:
        log.exception("request failed")
    (line,) = lines()
    assert line["errors"] == ["LookupError", "ValueError"]
    assert line["where"][-1].endswith("fail")
    assert (line["event"], line["level"]) == ("request failed", "error")
    assert "王秀英" not in json.dumps(line, ensure_ascii=False)


def test_a_line_without_an_error_is_one_line_of_json(lines):
    structlog.get_logger("x").warning("notice given up", notice_id="7")
    logging.getLogger("anybody").warning("words %s", 1)
    first, second = lines()
    assert first["notice_id"] == "7"
    assert (second["event"], second["logger"]) == ("words 1", "anybody")
