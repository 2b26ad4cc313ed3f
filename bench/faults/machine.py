"""Sends that are doubled, reordered, replayed, altered and cut off, against a list of what was accepted.

Hypothesis chooses the steps; after each the table must be the list.
"""

import asyncio
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import uuid4

import psycopg
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bench.faults.cast import Pair
from bench.faults.device import Device
from bench.faults.scene import Fault, Scene
from bench.faults.stage import Stage

_READ = """
select seq, client_id::text, sender_id::text, kind, body, withdrawn from consultation_message
 where consultation_id = %s order by seq
"""
SIDES = st.sampled_from(["patient", "doctor"])
WHICH = st.integers(0, 30)
WORDS = st.text(
    st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=20
).filter(str.strip)
NUMBERS = st.integers(-3, 40)


@dataclass
class Said:
    """One accepted message, as the table must hold it."""

    client_id: str
    sender: str
    kind: str
    body: dict[str, Any]
    withdrawn: bool = False


class Replays(RuleBasedStateMachine):
    """Two devices of the patient and one of the doctor, on a thread that nobody has used."""

    stage: ClassVar[Stage]
    pairs: ClassVar[Iterator[Pair]]

    @initialize()
    def sit_down(self) -> None:
        self.pair = next(self.pairs)
        self.said: list[Said] = []
        self.marks = {side: {"got": 0, "read": 0} for side in ("patient", "doctor")}
        door = self.stage.door
        places = {
            "patient": self.pair.patient,
            "second": self.pair.patient,
            "doctor": self.pair.doctor,
        }
        self.devices = {
            name: Device(door, seat, self.pair.consultation) for name, seat in places.items()
        }
        self.table = psycopg.connect(
            f"host={self.stage.places.postgres / 'socket'} user=postgres dbname=xinglin",
            autocommit=True,
        )

    @rule(side=SIDES, text=WORDS)
    def send(self, side: str, text: str) -> None:
        self._accepted(self._say(side, str(uuid4()), "text", {"text": text}))

    @rule(texts=st.lists(WORDS, min_size=2, max_size=6), side=SIDES)
    def send_many_without_waiting(self, texts: list[str], side: str) -> None:
        """In one breath, each twice: the order of the first saying is the order of the numbers."""
        device, ids = self.devices[side], [str(uuid4()) for _ in texts]
        for _ in range(2):
            for client_id, text in zip(ids, texts, strict=True):
                device.send(client_id, "text", {"text": text})
        for client_id, text in zip(ids, texts, strict=True):
            self.said.append(Said(client_id, device.seat.id, "text", {"text": text}))
            assert device.answer(client_id)["seq"] == len(self.said)
        for n, client_id in enumerate(ids):
            assert device.answer(client_id)["seq"] == len(self.said) - len(ids) + n + 1

    @rule(one=WORDS, other=WORDS)
    def send_from_three_devices_at_once(self, one: str, other: str) -> None:
        """Whatever order they are stored in: each once, and the numbers say which."""
        bodies = {"patient": one, "second": other, "doctor": one}
        ids = {name: str(uuid4()) for name in bodies}
        for name, text in bodies.items():
            self.devices[name].send(ids[name], "text", {"text": text})
        answers = {name: self.devices[name].answer(ids[name]) for name in bodies}
        for name in sorted(bodies, key=lambda name: answers[name]["seq"]):
            seat = self.devices[name].seat
            self.said.append(Said(ids[name], seat.id, "text", {"text": bodies[name]}))
            assert answers[name]["seq"] == len(self.said)

    @precondition(lambda self: self.said)
    @rule(which=WHICH, device=st.sampled_from(["patient", "second", "doctor"]), text=WORDS)
    def send_again(self, which: int, device: str, text: str) -> None:
        """The same id: the old number, whatever words come with it; of another person: refused."""
        seq, said = self._chosen(which)
        self.devices[device].send(said.client_id, "text", {"text": text})
        answer = self.devices[device].answer(said.client_id)
        if self.devices[device].seat.id == said.sender:
            assert (answer["op"], answer.get("seq")) == ("ack", seq)
        else:
            assert answer["problem"]["code"] == "client_id_taken"

    @rule(side=SIDES, text=WORDS, times=st.integers(1, 3))
    def post(self, side: str, text: str, times: int) -> None:
        """By HTTP, and again: 201 the first time, then 200, always the same number."""
        device, client_id = self.devices[side], str(uuid4())
        self.said.append(Said(client_id, device.seat.id, "text", {"text": text}))
        for n in range(times):
            status, body = device.post(client_id, "text", {"text": text})
            assert (status, body["seq"]) == (200 if n else 201, len(self.said))

    @rule(side=SIDES, text=WORDS)
    def send_and_lose_the_line(self, side: str, text: str) -> None:
        """Whether it was stored is not known; sent again it is stored once."""
        device, client_id = self.devices[side], str(uuid4())
        device.send(client_id, "text", {"text": text})
        device.cut()
        self._accepted(self._say(side, client_id, "text", {"text": text}))

    @precondition(lambda self: self.said)
    @rule(which=WHICH, side=SIDES, text=WORDS)
    def edit(self, which: int, side: str, text: str) -> None:
        self._change(which, side, "edit", {"text": text})

    @precondition(lambda self: self.said)
    @rule(which=WHICH, side=SIDES)
    def withdraw(self, which: int, side: str) -> None:
        self._change(which, side, "withdrawal", {})

    def _change(self, which: int, side: str, kind: str, more: dict[str, Any]) -> None:
        """An edit or withdrawal: of one's own words, once withdrawn no more."""
        seq, target = self._chosen(which)
        said, answer = self._say(side, str(uuid4()), kind, {"of": seq, **more})
        if target.kind != "text" or target.sender != said.sender:
            assert answer["problem"]["code"] == "not_yours"
        elif target.withdrawn:
            assert answer["problem"]["code"] == "withdrawn"
        else:
            self._accepted((said, answer))
            if kind == "withdrawal":
                self._withdrawn(seq, target)

    def _withdrawn(self, seq: int, target: Said) -> None:
        """Its edits hold its words too."""
        target.withdrawn = True
        for said in self.said:
            if said.kind == "edit" and said.body["of"] == seq:
                said.withdrawn = True

    @rule(side=SIDES, got=NUMBERS, read=NUMBERS)
    def mark(self, side: str, got: int, read: int) -> None:
        """Marks only rise, never above what there is when they are written; a read one was got.

        They are written after a moment, in which a later message would lift the highest of them.
        What is below nothing is refused.
        """
        self.devices[side].say(op="mark", got=got, read=read)
        if min(got, read) < 0:
            assert self.devices[side].refusal()["problem"]["code"] == "malformed"
            return
        held, top = self.marks[side], len(self.said)
        held["read"] = max(held["read"], min(read, top))
        held["got"] = max(held["got"], min(got, top), held["read"])
        self.devices[side].hear_marks({side: held})

    @rule(device=st.sampled_from(["patient", "second", "doctor"]))
    def cut(self, device: str) -> None:
        self.devices[device].cut()

    @invariant()
    def the_table_is_the_list(self) -> None:
        if not hasattr(self, "table"):
            return
        rows = self.table.execute(_READ, [self.pair.consultation]).fetchall()
        wanted = [
            (n, s.client_id, s.sender, s.kind, s.body, s.withdrawn)
            for n, s in enumerate(self.said, 1)
        ]
        assert rows == wanted

    def teardown(self) -> None:
        """Everybody has heard the list; a new device reads what is withdrawn as nothing, and the marks."""
        if not hasattr(self, "devices"):
            return
        try:
            for device in self.devices.values():
                device.hear_until(len(self.said))
                assert [m["client_id"] for m in device.heard] == [s.client_id for s in self.said]
            self._look_as_a_new_device()
        finally:
            self.table.close()
            for device in self.devices.values():
                device.close()

    def _look_as_a_new_device(self) -> None:
        new = Device(self.stage.door, self.pair.doctor, self.pair.consultation)
        new.hear_until(len(self.said))
        assert [(m["body"], m["withdrawn"]) for m in new.heard] == [
            ({} if said.withdrawn else said.body, said.withdrawn) for said in self.said
        ]
        new.hear_marks(self.marks)
        new.close()

    def _say(
        self, side: str, client_id: str, kind: str, body: dict[str, Any]
    ) -> tuple[Said, dict[str, Any]]:
        device = self.devices[side]
        device.send(client_id, kind, body)
        return Said(client_id, device.seat.id, kind, body), device.answer(client_id)

    def _accepted(self, sent: tuple[Said, dict[str, Any]]) -> None:
        said, answer = sent
        self.said.append(said)
        assert (answer["op"], answer.get("seq")) == ("ack", len(self.said)), answer

    def _chosen(self, which: int) -> tuple[int, Said]:
        """Number and message; the later ones are chosen as often as the first."""
        place = which % len(self.said)
        return place + 1, self.said[place]


def _where(error: BaseException) -> str:
    """The innermost error, and the lines of ours that led there."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == __file__]
    return "\n".join([repr(error)[:500], *(f"{f.name}, line {f.lineno}: {f.line}" for f in frames)])


async def _replay(scene: Scene) -> float:
    """Beside the talkers, on threads of its own."""
    examples, steps = (6, 25) if scene.short else (60, 40)
    chosen = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        print_blob=False,
        phases=[Phase.generate],  # to make a story small takes hundreds of others, each of seconds
        suppress_health_check=list(HealthCheck),
    )
    made = await asyncio.to_thread(scene.stage.make_pairs, 20, 6)
    Replays.stage = scene.stage
    Replays.pairs = (pair for one in made for pair in one)
    try:
        await asyncio.to_thread(run_state_machine_as_test, Replays, settings=chosen)
    except Exception as error:  # noqa: BLE001  # whatever hypothesis found is told in the table
        scene.broken.append("\n".join([_where(error), *getattr(error, "__notes__", [])]))
    finally:
        Replays.pairs = iter(())  # a story that goes on beside an interrupted bench is the last
    scene.notes.append(f"{examples} stories of up to {steps} steps chosen by hypothesis")
    return asyncio.get_running_loop().time()


FAULTS = [Fault("replays", "doubled, reordered, replayed, altered and cut-off sends", _replay)]
