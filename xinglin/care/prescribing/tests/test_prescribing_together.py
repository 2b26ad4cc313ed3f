"""Many hands at one moment: one is first, and nothing is lost or done twice."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from threading import Barrier, BrokenBarrierError
from uuid import UUID

import pytest
from django.db import connection

from xinglin.care.consultation.tests import proofs
from xinglin.care.prescribing import sheet
from xinglin.care.prescribing.models import (
    PrescriptionReview,
    PrescriptionTicket,
    PrescriptionVersion,
)
from xinglin.care.prescribing.services import checking, reviewing, signing, validity, writing
from xinglin.care.prescribing.tests import rx
from xinglin.kernel import clock
from xinglin.kernel.errors import XinglinError

WRITERS, ROUNDS = 32, 4


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Code of each refusal, empty where the act went through."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        try:
            start.wait(30)
            act()
        except XinglinError as refused:
            return refused.code
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.mark.django_db(transaction=True)
def test_of_two_pharmacists_who_claim_and_two_who_take_one_is_first():
    chain = rx.chain()
    for _ in range(ROUNDS):
        done, at = rx.signed(chain), clock.now()
        both = (chain.pharmacist, chain.other_pharmacist)
        told = at_once(*(partial(reviewing.claim, who, done, at=at) for who in both))
        assert sorted(told) == ["", "not_your_claim"]
        holder = both[told.index("")]
        assert rx.row(done).reviewer_id == holder.user_id
        rx.approve(chain, done, by=holder)
        token = rx.token(chain, done)
        told = at_once(*(partial(validity.take, who, token, at=at) for who in both))
        assert sorted(told) == ["", "prescription_dispensed"]
        assert PrescriptionTicket.objects.get(pk=done).taken_by == both[told.index("")].user_id


@pytest.mark.django_db(transaction=True)
def test_voided_and_taken_at_once_it_is_one_of_both():
    chain = rx.chain()
    doctor = chain.cast.doctor.viewer
    for _ in range(ROUNDS):
        done = rx.effective(chain)
        token, at = rx.token(chain, done), clock.now()
        told = at_once(
            partial(validity.void, doctor, done, reason="wrong", at=at),
            partial(validity.take, chain.pharmacist, token, at=at),
        )
        is_voided = rx.state(done) == "voided"
        assert told == (["", "prescription_voided"] if is_voided else ["illegal_step", ""])
        assert (PrescriptionTicket.objects.get(pk=done).taken_at is None) == is_voided


def two_visits() -> tuple[rx.Chain, tuple[UUID, UUID]]:
    """Of one patient, with a doctor each."""
    chain = rx.chain()
    visit, _ = proofs.follow_up(chain.cast.patient, chain.cast.other_doctor, where=1)
    return chain, (chain.visit, visit)


@pytest.mark.django_db(transaction=True)
def test_of_two_sheets_signed_at_once_for_one_patient_the_second_sees_the_first(monkeypatch):
    chain, visits = two_visits()
    doctors = [each.viewer for each in (chain.cast.doctor, chain.cast.other_doctor)]
    at, inside = clock.now(), Barrier(2)
    drafts = [
        writing.start(who, visit, kind=sheet.WESTERN, at=at)
        for who, visit in zip(doctors, visits, strict=True)
    ]
    for who, draft in zip(doctors, drafts, strict=True):
        written = rx.form(rx.item(chain.product))
        writing.save(who, draft, written=written, revision=0, at=at)
    engine = checking.checker()

    def check(case):
        """As the engine, once both are here; whoever comes alone goes on after a while."""
        with suppress(BrokenBarrierError):
            inside.wait(0.5)
        return engine(case)

    monkeypatch.setattr(checking, "checker", lambda: check)
    told = at_once(
        *(
            partial(signing.sign, who, draft, revision=1, overrides={}, at=at)
            for who, draft in zip(doctors, drafts, strict=True)
        )
    )
    assert sorted(told) == ["", "safety_hits_open"]


@pytest.mark.django_db(transaction=True)
def test_thirty_two_hands_drive_one_chain_and_each_step_is_taken_once():
    """Every act of the chain by eight hands each, all at the same moment, until it is taken."""
    chain = rx.chain()
    doctor, at = chain.cast.doctor.viewer, clock.now()
    done = rx.begun(chain)
    rx.save(chain, done)
    pharmacists = (chain.pharmacist, chain.other_pharmacist)

    def sign():
        signing.sign(doctor, done, revision=1, overrides={}, at=at)

    def save():
        writing.save(doctor, done, written=rx.form(rx.item(chain.product)), revision=9, at=at)

    def claim(nth):
        reviewing.claim(pharmacists[nth % 2], done, at=at)

    def approve(nth):
        who = pharmacists[nth % 2]
        reviewing.approve(who, done, version=1, checks=rx.CHECKS, at=at)

    told: Counter[str] = Counter()
    for _ in range(4):
        acts = [
            act
            for nth in range(WRITERS // 4)
            for act in (sign, save, lambda nth=nth: claim(nth), lambda nth=nth: approve(nth))
        ]
        told.update(at_once(*acts))
        if rx.state(done) == "effective":
            break
    token = rx.token(chain, done)
    takes = [
        lambda nth=n: validity.take(pharmacists[nth % 2], token, at=at) for n in range(WRITERS)
    ]
    taken = Counter(at_once(*takes))
    assert taken == {"": 1, "prescription_dispensed": WRITERS - 1}
    assert set(told) <= {"", "illegal_step", "not_your_claim", "not_found", "prescription_changed"}
    assert rx.state(done) == "dispensed"
    assert PrescriptionVersion.objects.count() == PrescriptionReview.objects.count() == 1
    with connection.cursor() as cursor:
        cursor.execute("select step from prescription_step order by id")
        steps = [step for (step,) in cursor.fetchall()]
    assert steps == ["begin", "sign", "claim", "approve", "take"]
