"""The doctor's page, as far as it records."""

import hashlib
from datetime import timedelta

from xinglin.care.consultation.tests import calls
from xinglin.foundation.calls import services as rooms
from xinglin.foundation.recordings import rules
from xinglin.foundation.recordings.tests import samples
from xinglin.kernel import clock, ids

MS = timedelta(milliseconds=1)
CHUNK = timedelta(milliseconds=660)


def talking(cast):
    """A call in which both agreed to be recorded; ids of the visit, the call and both seats."""
    visit, call = calls.talking(cast.patient, cast.doctor)
    calls.record(cast.doctor, call)
    calls.agree(cast.patient, call)
    return visit, call, calls.sit(cast.patient, call), calls.sit(cast.doctor, call)


def up(call, patient_seat, doctor_seat, at, *, recording="on"):
    """The pages of both say that the line is up, and the doctor's whether it records."""
    rooms.report(call, patient_seat, up=True, at=at, recording="off")
    rooms.report(call, doctor_seat, up=True, at=at, recording=recording)


class Page:
    """The doctor's page: records somebody's seat in chunks, and sends them."""

    def __init__(self, browser, call, seat, of, whole, *, began_at=None):
        self.browser, self.call, self.seat, self.of = browser, call, seat, of
        self.id, self.began_at = ids.new(), began_at or clock.now()
        self.parts, self.chain = samples.split(whole, 3), bytes(32)
        self.path = f"/calls/{call}/segments/{self.id}"

    def begin(self, **other):
        told = {
            "seat": str(self.seat),
            "of": str(self.of),
            "of_role": "patient",
            "mime": "video/webm;codecs=vp8,opus",
            "began_at": self.began_at.isoformat(),
            "sent_at": clock.now().isoformat(),
        }
        return self.browser.put(self.path, told | other)

    def send(self, seq, *, browser=None, began_ms=None, **headers):
        part = self.parts[seq]
        digest = hashlib.sha256(part).digest()
        chain = rules.next_chain(self.chain, digest)
        told = {
            "X-SHA256": digest.hex(),
            "X-Chain": chain.hex(),
            "X-Began-At": str(seq * CHUNK // MS if began_ms is None else began_ms),
        }
        answer = (browser or self.browser)._client.put(
            f"/api/v1{self.path}/chunks/{seq}",
            part,
            "application/octet-stream",
            headers=told | headers,
        )
        if answer.status_code == 200:
            self.chain = chain
        return answer

    def close(self):
        told = {"chunks": len(self.parts), "chain": self.chain.hex()}
        return self.browser.post(f"{self.path}/close", told | {"ended_at": clock.now().isoformat()})

    def all(self):
        assert self.begin().status_code == 200
        for seq in range(len(self.parts)):
            # No chunk comes before it has ended.
            with clock.frozen(max(clock.now(), self.began_at + (seq + 1) * CHUNK)):
                answer = self.send(seq)
            assert answer.status_code == 200, answer.json()
        assert self.close().json()["state"] == "closed"
