"""A client that means ill: nobody else may notice, nothing of it may be stored or be heard."""

import asyncio
import itertools
import json
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any
from uuid import uuid4

from bench.faults import raw
from bench.faults.cast import Pair, Seat
from bench.faults.raw import RawLine, frame, handshake
from bench.faults.scene import Fault, Scene
from bench.measures import percentile

_OTHERS_P99_S = 1.0
_AWAY = (OSError, EOFError, TimeoutError)
_CLOSED_WITHIN_S = 45.0


def _attack(name: str, words: str, act: Callable[[Scene, Pair], Awaitable[None]]) -> Fault:
    """While it lasts the others talk on as before, and the process is the same afterwards."""

    async def attack(scene: Scene) -> float:
        pid = scene.stage.leaders()["live"]
        began = time.monotonic()
        await act(scene, scene.villain)
        await scene.crowd.all_answered(time.monotonic(), 30)
        waited = percentile(scene.crowd.waited_s(began, time.monotonic()), 99)
        scene.must(waited < _OTHERS_P99_S, f"the others waited {1000 * waited:.0f} ms (p99)")
        scene.must(scene.stage.leaders().get("live") == pid, "the live process died of it")
        return began

    return Fault(name, words, attack)


async def _huge_frames(scene: Scene, pair: Pair) -> None:
    """1 MB in one frame, and in fragments: the line ends, and nothing of it is kept."""
    megabyte = b'{"op":"ping","x":"' + b"x" * (1 << 20) + b'"}'
    whole = frame(megabyte)
    piece = frame(megabyte[:32_000], first=0)
    pieces = piece + frame(megabyte[:32_000], raw.CONTINUED, first=0) * 40
    for bad in (whole, pieces) * (5 if scene.short else 50):
        for door in (scene.stage.straight, scene.stage.door):
            line = await RawLine.greeted(door, pair.patient)
            with suppress(*_AWAY):
                line.writer.write(bad)
                await asyncio.wait_for(line.writer.drain(), 5)
            await _must_close(scene, line, "a frame of 1 MB")


async def _must_close(scene: Scene, line: RawLine, words: str) -> int | None:
    code: int | None = None
    try:
        code = await asyncio.wait_for(line.to_the_end(), _CLOSED_WITHIN_S)
    except TimeoutError:
        scene.broken.append(f"{words} did not end the line")
    line.close()
    return code


async def _flood(scene: Scene, pair: Pair) -> None:
    """10,000 frames a second on one line, first read by nobody, then with the answers read."""
    frames = {
        "pings": raw.said("ping") * 1000,
        "typing": raw.said("typing", consultation=pair.consultation) * 1000,
        "nonsense": frame(b"\x7b nonsense") * 1000,
        "joins": raw.said("join", consultation=pair.consultation, since=0) * 1000,
        "marks": raw.said("mark", consultation=pair.consultation, got=1, read=1) * 1000,
    }
    seconds = 0.35 if scene.short else 4
    for (what, thousand), reads in itertools.product(frames.items(), (False, True)):
        with suppress(*_AWAY):
            line = await RawLine.greeted(scene.stage.straight, pair.patient)
            reading = asyncio.create_task(_swallow(line)) if reads else None
            sent = await _pour(line, thousand, seconds)
            if reading is not None:
                reading.cancel()
            line.close()
            if sent < 3000:
                scene.notes.append(f"{what}: ended after {sent} frames")


async def _swallow(line: RawLine) -> None:
    with suppress(*_AWAY):
        while await line.reader.read(1 << 16):
            pass


async def _pour(line: RawLine, thousand: bytes, seconds: float) -> int:
    """A thousand each tenth of a second, as long as the house takes them."""
    sent, until = 0, time.monotonic() + seconds
    with suppress(*_AWAY):
        while time.monotonic() < until:
            line.writer.write(thousand)
            await asyncio.wait_for(line.writer.drain(), max(0.1, until - time.monotonic()))
            sent += 1000
            await asyncio.sleep(0.1)
    return sent


async def _forged(scene: Scene, pair: Pair) -> None:
    """Foreign threads, invented numbers, frames of the house, fields that are not a client's."""
    foreign = scene.crowd.pairs[0]
    line = await RawLine.greeted(scene.stage.straight, pair.patient)
    line.say("join", consultation=pair.consultation, since=0)
    for nth, said in enumerate(_forgeries(pair, foreign)):
        client_id = said.get("client_id")
        line.writer.write(frame(json.dumps(said).encode()))
        line.say("ping")
        try:
            answers = await asyncio.wait_for(_until_pong(line), 10)
        except _AWAY:
            scene.broken.append(f"forgery {nth} ({said['op']}) ended the line or had no answer")
            line = await RawLine.greeted(scene.stage.straight, pair.patient)
            continue
        for answer in answers:
            mine = client_id is not None and answer.get("client_id") == client_id
            of_it = mine or answer.get("consultation") == foreign.consultation
            if of_it and answer["op"] in {"ack", "joined", "message", "marks", "presence"}:
                scene.broken.append(f"forgery {nth} was answered by {answer['op']}: {said}")
            if (
                answer["op"] == "message"
                and answer["message"]["consultation_id"] != pair.consultation
            ):
                scene.broken.append(f"forgery {nth} let a foreign message be heard: {said}")
    line.close()


def _forgeries(pair: Pair, foreign: Pair) -> list[dict[str, Any]]:
    here, there = pair.consultation, foreign.consultation
    text = {"kind": "text", "body": {"text": "假"}}

    def send(consultation: object, **more: object) -> dict[str, Any]:
        return {
            "op": "send",
            "consultation": consultation,
            "client_id": str(uuid4()),
            **text,
            **more,
        }

    return [
        {"op": "join", "consultation": there, "since": 0},
        send(there),
        send(str(uuid4())),
        send(there, sender_id=foreign.patient.id, sender="doctor"),
        {"op": "typing", "consultation": there},
        {"op": "mark", "consultation": there, "got": 1, "read": 1},
        {"op": "look", "consultation": there, "on": True},
        send(there, kind="edit", body={"of": 1, "text": "改"}),
        send(there, kind="withdrawal", body={"of": 1}),
        send(here, kind="edit", body={"of": 10**9, "text": "改"}),
        send(here, kind="edit", body={"of": 2**63, "text": "改"}),
        send(here, kind="withdrawal", body={"of": -1}),
        send(here, kind="withdrawal", body={"of": "1"}),
        send(here, kind="withdrawal", body={}),
        send(here, kind="edit", body={"of": True, "text": "改"}),
        send(here, kind="card", body={"card": "prescription", "text": {"zh": "", "en": ""}}),
        send(here, kind="nothing"),
        send(here, body={"text": 7}),
        send(here, body={"text": ""}),
        send(here, body={"text": "x" * 4001}),
        send(here, body=[1, 2]),
        send(here, client_id="no-uuid"),
        send("no-uuid"),
        {"op": "join", "consultation": there, "since": -(2**40)},
        {"op": "join", "consultation": there, "since": 2**70},
        {"op": "join", "consultation": there, "since": 1.5},
        {"op": "mark", "consultation": there, "got": 2**70, "read": -5},
        {"op": "message", "message": {"consultation_id": here, "seq": 1, "body": {}}},
        {"op": "ack", "consultation": here, "client_id": str(uuid4()), "seq": 1},
        {"op": "hello"},
        {"op": ["send"]},
        {"op": "feed", "since": -(2**70)},
    ]


async def _until_pong(line: RawLine) -> list[dict[str, Any]]:
    heard: list[dict[str, Any]] = []
    while not heard or heard[-1]["op"] != "pong":
        heard.append(await line.hear())
        if heard[-1]["op"] == "close":
            raise EOFError
    return heard


async def _odd_numbers_here(scene: Scene, pair: Pair) -> None:
    """In one's own thread: harmless or refused, never an end of the house or of the others."""
    line = await RawLine.greeted(scene.stage.straight, pair.patient)
    for since in (-(2**40), -1, 2**31, 2**63, 2**70, "1", None, 1.5):
        line.say("join", consultation=pair.consultation, since=since)
        line.say("mark", consultation=pair.consultation, got=since, read=since)
        line.say("feed", since=since)
    line.say("ping")
    try:
        await asyncio.wait_for(_until_pong(line), 15)
    except _AWAY:
        scene.broken.append("numbers out of range ended the line")
    line.close()


async def _broken_frames(scene: Scene, pair: Pair) -> None:
    """What is no WebSocket ends the line at once; what is no text of ours is refused."""
    deadly = {
        "invalid UTF-8": frame(b'{"op":"ping\xff\xfe"}'),
        "no mask": frame(b'{"op":"ping"}', masked=False),
        "a continuation of nothing": frame(b"x", raw.CONTINUED),
        "a reserved bit": frame(b'{"op":"ping"}', first=0xC0),
        "a reserved opcode": frame(b"x", 3),
        "a long ping of the protocol": frame(b"x" * 200, raw.PING),
        "a length beyond reason": bytes((0x81, 0xFF)) + b"\x7f" + b"\xff" * 7 + b"\0\0\0\0",
        "a close without sense": frame(b"\x00", raw.CLOSE),
    }
    for what, said in deadly.items():
        line = await RawLine.greeted(scene.stage.straight, pair.patient)
        line.writer.write(said)
        line.say("ping")
        await _must_end_or_refuse(scene, line, what)
    odd = [b"", b"null", b"[]", b'"x"', b"1e999", b"{" * 20_000, b"[" * 30_000, b'{"op":"send"}']
    odd += [b'{"op":"ping"}\0', b'{"op":"ping","op":"join"}', "\ufeff{}".encode()]
    line = await RawLine.greeted(scene.stage.straight, pair.patient)
    for said in odd:
        line.writer.write(frame(said) + frame(said, raw.BINARY))
    line.say("ping")
    try:
        await asyncio.wait_for(_until_pong(line), 15)
    except _AWAY:
        scene.notes.append("odd texts ended the line")
    line.close()
    await _poison(scene, pair)


async def _must_end_or_refuse(scene: Scene, line: RawLine, words: str) -> None:
    """Ended or refused: never taken for good without a word."""
    try:
        async with asyncio.timeout(15):
            while (heard := await line.hear())["op"] not in {"refused", "close"}:
                if heard["op"] == "pong":
                    scene.broken.append(f"{words} was taken for good")
                    break
    except (OSError, EOFError):
        pass
    except TimeoutError:
        scene.broken.append(f"{words} neither ended the line nor was answered")
    line.close()


async def _poison(scene: Scene, pair: Pair) -> None:
    """Texts that a database or a JSON reader may choke on, amid good ones; the good ones arrive."""
    line = await RawLine.greeted(scene.stage.straight, pair.patient)
    good: set[str] = set()
    for text in (
        r"\u0000",
        r"\ud800",
        r"\udc00\ud800",
        r"\u0000\u0000x",
        r"\uffff",
        "e\u0301" * 10,
    ):
        for body in (text, "好"):
            client_id = str(uuid4())
            if body == "好":
                good.add(client_id)
            said = f'{{"op":"send","consultation":"{pair.consultation}","client_id":"{client_id}"'
            line.writer.write(frame(f'{said},"kind":"text","body":{{"text":"{body}"}}}}'.encode()))
    answered: dict[str, str] = {}
    try:
        async with asyncio.timeout(15):
            while len(answered) < 12:
                heard = await line.hear()
                if heard["op"] in {"ack", "refused"}:
                    answered[str(heard.get("client_id") or uuid4())] = heard["op"]
    except _AWAY:
        scene.broken.append(f"poisonous texts: only {len(answered)} of 12 were answered")
    missing = [client_id for client_id in good if answered.get(client_id) != "ack"]
    scene.must(not missing, f"{len(missing)} good messages beside poisonous ones were not stored")
    line.close()


async def _half(scene: Scene, pair: Pair) -> None:
    """Half frames and half handshakes that are never ended, straight and through the front door."""
    count = 50 if scene.short else 400
    half = frame(b'{"op":"ping"}' * 100)[:40]
    lines = [await RawLine.greeted(scene.stage.straight, pair.patient) for _ in range(count // 5)]
    for line in lines:
        line.writer.write(half)
    greeting = handshake(scene.stage.door, pair.patient)
    for door in (scene.stage.straight, scene.stage.door):
        for _ in range(count):
            line = await RawLine.connect(door)
            line.writer.write(greeting[:60])
            lines.append(line)
    for n in range(60, 60 + (10 if scene.short else 60)):
        for line in lines[count // 5 :]:
            line.writer.write(greeting[n : n + 1])
        await asyncio.sleep(0.1)
    await _stranger_gets_in(scene, pair.doctor)
    if not scene.short:
        slow = lines[count // 5 :]
        ended = await asyncio.gather(*(_ended(line, _CLOSED_WITHIN_S) for line in slow))
        scene.notes.append(f"{sum(ended)} of {len(slow)} half handshakes were ended by the house")
        scene.must(all(ended), f"{ended.count(False)} half handshakes are kept for ever")
    for line in lines:
        line.writer.transport.abort()


async def _ended(line: RawLine, within_s: float) -> bool:
    try:
        async with asyncio.timeout(within_s):
            while await line.reader.read(1 << 12):
                pass
    except TimeoutError:
        return False
    except OSError:
        pass
    return True


async def _stranger_gets_in(scene: Scene, seat: Seat) -> None:
    began = time.monotonic()
    try:
        line = await RawLine.greeted(scene.stage.door, seat)
    except _AWAY:
        scene.broken.append("nobody could come in beside half handshakes")
        return
    line.close()
    scene.must(time.monotonic() - began < 3, "coming in took more than 3 s beside half handshakes")


async def _big_heads(scene: Scene, pair: Pair) -> None:
    """Headers without end, a wrong origin, no cookie, a foreign session."""
    cases: list[tuple[str, Seat | None, dict[str, str]]] = [
        ("1 MB of headers", pair.patient, {"X-Fill": "x" * (1 << 20)}),
        ("another site's page", pair.patient, {"Origin": "http://evil.example"}),
        ("no cookie", None, {}),
        ("an invented session", Seat("0", "session=" + "x" * 32), {}),
        ("a session with odd bytes", Seat("0", "session=\x01'\"; session=\\"), {}),
    ]
    for words, seat, more in cases:
        line = await RawLine.connect(scene.stage.straight, limit=1 << 22)
        with suppress(*_AWAY):
            line.writer.write(handshake(scene.stage.door, seat, **more))
            await asyncio.wait_for(line.writer.drain(), 5)
        try:
            async with asyncio.timeout(_CLOSED_WITHIN_S):
                said = await line.reader.read()
        except TimeoutError:
            said = b""
            scene.broken.append(f"{words}: the line was left open")
        except OSError:
            said = b""  # cut off: as good as closed
        scene.must(b'"hello"' not in said, f"{words}: let in")
        line.close()


FAULTS = [
    _attack("huge-frames", "1 MB frames, whole and in pieces", _huge_frames),
    _attack("frame-flood", "10,000 frames a second of one person", _flood),
    _attack("forged", "foreign threads, forged numbers and frames", _forged),
    _attack("odd-numbers", "numbers out of range in one's own thread", _odd_numbers_here),
    _attack("broken-frames", "invalid UTF-8, half and broken frames, poison", _broken_frames),
    _attack("slow-loris", "half handshakes and half frames", _half),
    _attack("big-heads", "huge headers, foreign origins, forged sessions", _big_heads),
]
