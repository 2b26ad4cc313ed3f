"""JSON lines in, JSON lines out: what the doors for programs have in common."""

import json
import os
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from typing import Any, BinaryIO

_BOM = b"\xef\xbb\xbf"

Rules = Callable[[Mapping[str, Any]], dict[str, Any]]


def serve(name: str, rules: Rules) -> int:
    """From standard input to standard output until it ends; 1 when a line could not be answered.

    Whatever prints meanwhile does not reach those who read JSON.
    """
    out, sys.stdout = sys.stdout.buffer, sys.stderr
    failed = 0
    try:
        for answer in answers(sys.stdin.buffer, rules):
            failed += "error" in answer
            out.write(line_of(answer))
            out.flush()
    except BrokenPipeError:
        # Whoever read has gone; at its end the interpreter would try to write once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())
        return 1
    if failed:
        print(f"{name}: {failed} lines could not be answered", file=sys.stderr)
    return 1 if failed else 0


def answers(lines: BinaryIO, rules: Rules) -> Iterator[dict[str, Any]]:
    """One for each line that is not blank, in their order; keys of a failure: `id`, `error`."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _answered(line.removeprefix(_BOM) if number == 1 else line, number, rules)


def line_of(answer: Mapping[str, Any]) -> bytes:
    """Half of a surrogate pair may stand in a JSON text; then everything is escaped.

    So does a number without end (1e999) in an id, of which nothing is left.
    """
    try:
        return f"{json.dumps(answer, ensure_ascii=False, allow_nan=False)}\n".encode()
    except UnicodeEncodeError:
        return f"{json.dumps(answer, allow_nan=False)}\n".encode()
    except ValueError:
        return line_of({**answer, "id": None})


def _answered(line: bytes, number: int, rules: Rules) -> dict[str, Any]:
    known: Any = None
    try:
        record = json.loads(line.decode(), parse_constant=_nothing)
        if not isinstance(record, dict):
            return _failure(None, f"line {number}: not an object")
        known = record.get("id")
        return rules(record)
    except UnicodeDecodeError:
        return _failure(None, f"line {number}: not UTF-8")
    except (ValueError, RecursionError) as error:
        return _failure(known, f"line {number}: {_told(error)}")
    except Exception as error:  # noqa: BLE001  # one line must not take the others with it
        traceback.print_exc()
        return _failure(known, f"line {number}: {type(error).__name__}")


def _told(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError | RecursionError):
        return "not JSON"
    return str(error)


def _failure(known: Any, why: str) -> dict[str, Any]:
    return {"id": known, "error": why}


def _nothing(_constant: str) -> None:
    """NaN and the infinities are no JSON, and no numbers that can be judged."""
