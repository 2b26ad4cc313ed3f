"""Everybody does anything to a prescription in any order, at any time: no path leads to an effective
one without the signature of a pharmacist who is another person than the doctor (R23, E04), or of two
where the hospital wants two.

The model knows nothing of the table: after each act it looks at what is stored.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import ClassVar

import hypothesis
import pytest
from django.db import connection, transaction
from django.db.models import QuerySet
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from xinglin.care.people.tests.factories import as_viewer, staff_viewer
from xinglin.care.prescribing import tasks
from xinglin.care.prescribing.lifecycle import APPROVED
from xinglin.care.prescribing.models import (
    FirstReview,
    Prescription,
    PrescriptionReview,
    PrescriptionVersion,
)
from xinglin.care.prescribing.queries.verifying import doctors_hold, first_holds, reviewers_hold
from xinglin.care.prescribing.services import (
    discarding,
    reviewing,
    signing,
    validity,
    writing,
)
from xinglin.care.prescribing.tests import rx
from xinglin.care.prescribing.tests.rx import Chain
from xinglin.foundation.accounts.services import grant_role
from xinglin.foundation.accounts.types import Viewer
from xinglin.kernel import clock
from xinglin.kernel.errors import XinglinError

ACTORS = ("doctor", "other_doctor", "patient", "pharmacist", "other_pharmacist", "both", "nobody")
WRONG_HANDS = ("both", "doctor", "other_doctor", "patient", "nobody")
any_actor = st.sampled_from(ACTORS)
# Often the right hand, or nothing would ever get far.
a_doctor = st.one_of(st.just("doctor"), any_actor)
a_pharmacist = st.one_of(st.sampled_from(("pharmacist", "other_pharmacist", "both")), any_actor)
minutes = st.sampled_from((1, 9, 11, 31, 60 * 25, 60 * 80))
REASON = {"reason": "dose", "words": "剂量偏大，请核对"}


class Anybody(RuleBasedStateMachine):
    """`chain` and `people` are set by the test; each example takes a prescription of its own."""

    chain: ClassVar[Chain]
    people: ClassVar[dict[str, Viewer]]
    reached: ClassVar[set[str]]
    wants_two: ClassVar[bool]

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.savepoint()
        self.at: datetime = clock.now()
        self.tokens: list[str] = ["made up"]
        self.rx = rx.begun(self.chain, at=self.at)
        self.was = "draft"

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.savepoint)

    def tried(self, act: Callable[[], object]) -> None:
        """Whatever is refused has changed nothing."""
        before = self.contents()
        try:
            with transaction.atomic(), clock.frozen(self.at):
                act()
        except XinglinError:
            assert self.contents() == before

    def contents(self) -> list[object]:
        with connection.cursor() as cursor:
            cursor.execute("select p::text from prescription p where id = %s", [self.rx])
            return cursor.fetchall()

    @initialize(steps=st.sampled_from((0, 2, 3, 5, 6)))
    def be_somewhere(self, steps):
        """A walk that begins at a draft alone seldom leaves its beginning."""
        for _ in range(steps):
            self.go_on(passes=True)

    @rule()
    def the_wrong_hands_try_to_pass_it(self):
        """Whatever its state: all who must not, one after another, as far as each gets."""
        version = rx.row(self.rx).version
        told = {"version": version, "checks": rx.CHECKS, "at": self.at}
        for name in WRONG_HANDS:
            who = self.people[name]
            self.tried(lambda who=who: reviewing.claim(who, self.rx, at=self.at))
            self.tried(lambda who=who: reviewing.approve(who, self.rx, **told))
            assert rx.row(self.rx).reviewer_id != who.user_id

    @rule(steps=st.sampled_from((1, 1, 2, 4)), passes=st.sampled_from((True, True, True, False)))
    def go_on_as_one_should(self, steps, passes):
        """Some steps towards the end, by the right hands: so that the walks come to all states."""
        for _ in range(steps):
            self.go_on(passes=passes)

    def go_on(self, *, passes: bool) -> None:
        state = rx.state(self.rx)
        if state in {"draft", "returned"}:
            self.tried(lambda: rx.save(self.chain, self.rx, at=self.at))
            self.tried(lambda: rx.sign(self.chain, self.rx, at=self.at))
        elif state in {"signed_by_doctor", "escalated"}:
            name = "other_pharmacist" if self.firsts().exists() else "pharmacist"
            self.tried(lambda: reviewing.claim(self.people[name], self.rx, at=self.at))
        elif state == "claimed" and passes:
            self.tried(lambda: rx.approve(self.chain, self.rx, by=self.holder(), at=self.at))
        elif state == "claimed":
            told = {**REASON, "version": rx.row(self.rx).version, "at": self.at}
            self.tried(lambda: reviewing.send_back(self.holder(), self.rx, **told))
        elif state == "effective":
            self.tried(lambda: self.tokens.insert(0, rx.token(self.chain, self.rx)))

    def holder(self) -> Viewer:
        held_by = rx.row(self.rx).reviewer_id
        return next(each for each in self.people.values() if each.user_id == held_by)

    def firsts(self) -> QuerySet[FirstReview]:
        """Of the version that counts."""
        row = rx.row(self.rx)
        return FirstReview.objects.filter(version__prescription=row, version__number=row.version)

    @rule(who=a_doctor, days=st.sampled_from((3, 7, 30, 0)), revision=st.sampled_from((0, 0, 0, 5)))
    def save(self, who, days, revision):
        written = rx.form(rx.item(self.chain.product, days=days))
        revision += rx.row(self.rx).revision
        self.tried(
            lambda: writing.save(
                self.people[who], self.rx, written=written, revision=revision, at=self.at
            )
        )

    @rule(who=a_doctor)
    def sign(self, who):
        told = {"revision": rx.row(self.rx).revision, "overrides": {}, "at": self.at}
        self.tried(lambda: signing.sign(self.people[who], self.rx, **told))

    @rule(who=a_pharmacist)
    def claim(self, who):
        self.tried(lambda: reviewing.claim(self.people[who], self.rx, at=self.at))

    @rule(who=a_pharmacist)
    def release(self, who):
        self.tried(lambda: reviewing.release(self.people[who], self.rx, at=self.at))

    @rule(
        who=a_pharmacist,
        version=st.sampled_from((0, 0, 0, 1)),
        checks=st.sampled_from((4, 4, 4, 3)),
    )
    def approve(self, who, version, checks):
        told = {"version": rx.row(self.rx).version + version, "checks": rx.CHECKS[:checks]}
        self.tried(lambda: reviewing.approve(self.people[who], self.rx, **told, at=self.at))

    @rule(
        who=a_pharmacist,
        act=st.sampled_from((reviewing.send_back, reviewing.send_back, reviewing.refuse)),
        version=st.sampled_from((0, 0, 0, 1)),
    )
    def judge(self, who, act, version):
        told = {**REASON, "version": rx.row(self.rx).version + version, "at": self.at}
        self.tried(lambda: act(self.people[who], self.rx, **told))

    @rule(who=a_doctor)
    def void(self, who):
        self.tried(lambda: validity.void(self.people[who], self.rx, reason="wrong", at=self.at))

    @rule(who=a_doctor)
    def discard(self, who):
        self.tried(lambda: writing.discard(self.people[who], self.rx, at=self.at))

    @rule(who=any_actor)
    def look_for_a_ticket(self, who):
        self.tried(lambda: self.tokens.append(validity.ticket(self.people[who], self.rx)))

    @rule(who=a_pharmacist, nth=st.integers(0, 9))
    def take(self, who, nth):
        token = self.tokens[nth % len(self.tokens)]
        self.tried(lambda: validity.take(self.people[who], token, at=self.at))

    @rule(wait=minutes)
    def let_the_clock_run(self, wait):
        self.at += timedelta(minutes=wait)
        with clock.frozen(self.at):
            tasks.sweep()

    @rule()
    def end_of_visit(self):
        self.tried(lambda: discarding.discard_drafts(self.chain.visit, at=self.at))

    @invariant()
    def effective_is_what_two_persons_have_signed(self):
        row = Prescription.objects.get(pk=self.rx)
        if row.state in APPROVED or row.effective_at is not None:
            version = PrescriptionVersion.objects.get(prescription=row, number=row.version)
            review = PrescriptionReview.objects.get(version=version)
            assert doctors_hold(version)
            assert reviewers_hold(version, review)
            assert version.signed_by == self.people["doctor"].user_id
            first = self.firsts().first()
            assert (first is not None) == self.wants_two
            signed_by = [review.reviewed_by]
            if first is not None:
                assert first_holds(version, first)
                signed_by.append(first.reviewed_by)
            may = {self.people[name].user_id for name in ("pharmacist", "other_pharmacist")}
            assert len(set(signed_by)) == len(signed_by)
            assert set(signed_by) <= may
        else:
            approved = PrescriptionReview.objects.filter(
                version__prescription=row, outcome="approved"
            )
            assert not approved.exists()

    @invariant()
    def nothing_comes_back_from_its_end(self):
        now = rx.state(self.rx)
        ends = {"refused", "dispensed", "expired", "voided", "discarded"}
        assert self.was not in ends or now == self.was
        self.was = now
        self.reached.add(now)


@pytest.mark.django_db
@pytest.mark.parametrize("wants_two", [False, True])
def test_no_path_leads_to_effective_past_another_persons_signature(chain, settings, wants_two):
    settings.SECOND_REVIEW_FOR = frozenset({"rx"} if wants_two else ())
    both = chain.cast.doctor
    house = both.card.institution_id
    grant_role(both.id, "pharmacist", institution_id=house, display_name="both")
    everybody = {
        "doctor": as_viewer(both.id),
        "other_doctor": chain.cast.other_doctor.viewer,
        "patient": chain.cast.patient.viewer,
        "pharmacist": chain.pharmacist,
        "other_pharmacist": chain.other_pharmacist,
        "both": as_viewer(both.id),
        "nobody": staff_viewer("operator", institution_id=house),
    }
    rx.note_licence(everybody["both"])
    reached: set[str] = set()
    given = {"chain": chain, "people": everybody, "reached": reached, "wants_two": wants_two}
    machine = type("Everybody", (Anybody,), given)
    walks = hypothesis.settings(max_examples=20, stateful_step_count=30, deadline=None)
    run_state_machine_as_test(machine, settings=walks)
    assert "effective" in reached, "the walks got nowhere near what they look for"
