import hashlib
from datetime import timedelta

import pytest

from xinglin.foundation.recordings import rules, services
from xinglin.foundation.recordings.models import Recording
from xinglin.foundation.recordings.tests import samples
from xinglin.foundation.recordings.types import NewChunk, NewSegment
from xinglin.kernel import clock, ids


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.FILES_DIR = tmp_path / "files"


class Recorder:
    """A page that records: knows its chunks and their chain, and sends what it is told to."""

    def __init__(self, room, person, of, role, whole, *, chunks=3, at=None, seconds=1.0):
        self.room, self.person, self.id, self.seat = room, person, ids.new(), ids.new()
        self.of, self.role = of, role
        self.at = at or clock.now()
        self.parts = samples.split(whole, chunks)
        self.each_ms = round(seconds * 1000 / len(self.parts))
        self.chain = [rules.NO_CHAIN]
        for part in self.parts:
            digest = hashlib.sha256(part).digest()
            self.chain.append(rules.next_chain(self.chain[-1], digest))

    def begin(self, **other):
        told = {
            "id": self.id,
            "seat_id": self.seat,
            "person_id": self.person,
            "of_seat_id": self.seat,
            "of_person_id": self.of,
            "of_role": self.role,
            "mime": "video/webm;codecs=vp8,opus",
            "began_at": self.at,
        }
        return services.begin_segment(self.room, NewSegment(**told | other), at=self.at)

    def chunk(self, seq, content=None):
        part = self.parts[seq] if content is None else content
        digest = hashlib.sha256(part).digest()
        chain = rules.next_chain(self.chain[seq], digest)
        return NewChunk(
            seq=seq, sha256=digest, chain=chain, began_ms=seq * self.each_ms, content=part
        )

    def send(self, seq, content=None, *, at=None, person=None):
        at = at or self.at + timedelta(milliseconds=(seq + 1) * self.each_ms)
        chunk = self.chunk(seq, content)
        return services.append_chunk(self.room, self.id, person or self.person, chunk, at=at)

    def close(self, *, at=None, **other):
        told = {"chunks": len(self.parts), "chain": self.chain[-1], "ended_at": at or self.at}
        return services.close_segment(
            self.room, self.id, self.person, **told | other, at=at or self.at
        )

    def all(self):
        self.begin()
        for seq in range(len(self.parts)):
            self.send(seq)
        return self.close()


@pytest.fixture
def at():
    return clock.now()


@pytest.fixture
def room(db, at):
    """A recording that has begun."""
    room_id = ids.new()
    services.open_recording(room_id, place="cn", subject_id=ids.new(), at=at)
    return room_id


@pytest.fixture
def doctor():
    return ids.new()


@pytest.fixture(scope="session")
def red():
    return samples.recorded(2.0, color=(255, 0, 0), pitch=440)


@pytest.fixture(scope="session")
def blue():
    return samples.recorded(2.0, color=(0, 0, 255), pitch=880)


@pytest.fixture
def recorder(room, doctor, at, red, blue):
    """`recorder("patient")`: the doctor's page records that side; the same person each time."""
    people = {"patient": ids.new(), "doctor": doctor}
    looks = {"patient": red, "doctor": blue}

    def made(role="patient", *, after_s=0.0, whole=None, **other):
        return Recorder(
            room,
            doctor,
            people[role],
            role,
            whole or looks[role],
            at=at + timedelta(seconds=after_s),
            seconds=2.0,
            **other,
        )

    return made


@pytest.fixture
def made(room, recorder, at):
    """A call of 2 seconds of both sides, that was made into one file."""
    recorder("patient").all()
    recorder("doctor").all()
    end = at + timedelta(seconds=2)
    services.end_recording(room, [(at, end)], at=end)
    with clock.frozen(end):
        services.make_due()
    return Recording.objects.get(pk=room)
