"""How long it holds, who takes it, and how it is voided; and what its patient sees of it."""

import hashlib
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from xinglin.care.consultation.tests import factories as make
from xinglin.care.people.services import found_institution
from xinglin.care.people.tests.factories import staff_viewer
from xinglin.care.prescribing import reactions, tasks
from xinglin.care.prescribing.models import PrescriptionTicket, PrescriptionVersion
from xinglin.care.prescribing.queries import prescriptions as queries
from xinglin.care.prescribing.queries.exports import export_part
from xinglin.care.prescribing.services import reviewing, validity
from xinglin.care.prescribing.tests import rx
from xinglin.foundation.notices.models import Notice
from xinglin.kernel import clock, ids
from xinglin.kernel.errors import Conflict, IllegalStep, Invalid, NotFound, RuleRefused
from xinglin.kernel.text import Text


def code_of(act, *args, **told) -> str:
    with pytest.raises(Conflict) as error:
        act(*args, **told)
    return error.value.code


def test_a_ticket_is_taken_once(chain):
    done = rx.effective(chain)
    token, at = rx.token(chain, done), clock.now()
    assert validity.take(chain.pharmacist, token, at=at) == done
    for again in (chain.pharmacist, chain.other_pharmacist):
        assert code_of(validity.take, again, token, at=at) == "prescription_dispensed"
    row = PrescriptionTicket.objects.get(pk=done)
    assert (rx.state(done), row.taken_by) == ("dispensed", chain.pharmacist.user_id)


def test_only_its_patient_is_shown_the_ticket(chain):
    done = rx.effective(chain)
    for viewer in (chain.cast.doctor.viewer, chain.cast.other_patient.viewer, chain.pharmacist):
        with pytest.raises(NotFound):
            validity.ticket(viewer, done)
    token = rx.token(chain, done)
    assert token == rx.token(chain, done)
    stored = PrescriptionTicket.objects.get(pk=done)
    assert token.encode() not in bytes(stored.token_sealed) + bytes(stored.token_index)


@pytest.mark.parametrize("made", [rx.begun, rx.signed, rx.claimed])
def test_what_is_not_effective_has_no_ticket(chain, made):
    done = made(chain)
    with pytest.raises((NotFound, Conflict)):
        rx.token(chain, done)


def test_a_made_up_ticket_is_nobodys(chain):
    rx.effective(chain)
    for token in ("", "x", "0" * 200, str(ids.new())):
        with pytest.raises(NotFound):
            validity.take(chain.pharmacist, token, at=clock.now())


def test_another_house_takes_nothing(chain):
    done = rx.effective(chain)
    there = found_institution(code="there", name=Text("另一家", "Elsewhere")).id
    stranger = staff_viewer("pharmacist", institution_id=there)
    with pytest.raises(NotFound):
        validity.take(stranger, rx.token(chain, done), at=clock.now())


@pytest.mark.parametrize(("days", "valid"), [(1, 1), (3, 3)])
def test_it_holds_to_the_end_of_its_last_day_and_not_a_moment_longer(chain, days, valid):
    """V16: day 1 is the day of writing."""
    done = rx.effective(chain, valid_days=valid)
    token, end = rx.token(chain, done), rx.row(done).expires_at
    assert end - clock.now() <= timedelta(days=days)
    assert code_of(validity.take, chain.pharmacist, token, at=end) == "prescription_expired"
    assert rx.state(done) == "effective"
    validity.take(chain.pharmacist, token, at=end - timedelta(microseconds=1))


def test_the_clock_ends_what_nobody_took(chain):
    done = rx.effective(chain)
    token, end = rx.token(chain, done), rx.row(done).expires_at
    with clock.frozen(end):
        assert tasks.sweep() == 1
    assert rx.state(done) == "expired"
    assert code_of(validity.take, chain.pharmacist, token, at=clock.now()) == "prescription_expired"
    assert make.cards(chain.visit)[-1] == "prescription_expired"


def test_a_clock_that_jumps_back_takes_no_ticket_before_it_was_written(chain):
    done = rx.effective(chain)
    token = rx.token(chain, done)
    with pytest.raises(RuleRefused) as error:
        validity.take(chain.pharmacist, token, at=clock.now() - timedelta(days=2))
    assert "R33" in {each.rule_id for each in error.value.refusals}
    assert rx.state(done) == "effective"


@pytest.mark.parametrize("made", [rx.signed, rx.claimed, rx.effective])
def test_what_is_voided_is_refused_everywhere(chain, made):
    """E12: at once, in whatever hands it is."""
    done = made(chain)
    token = rx.token(chain, done) if rx.state(done) == "effective" else ""
    validity.void(chain.cast.doctor.viewer, done, reason="wrong", at=clock.now())
    assert rx.state(done) == "voided"
    for act in (lambda: rx.approve(chain, done), lambda: rx.sign(chain, done)):
        with pytest.raises((IllegalStep, NotFound)):
            act()
    if token:
        asked = (validity.take, chain.pharmacist, token)
        assert code_of(*asked, at=clock.now()) == "prescription_voided"
        assert code_of(validity.ticket, chain.cast.patient.viewer, done) == "prescription_voided"


def test_nothing_dispensed_is_voided(chain):
    done = rx.effective(chain)
    validity.take(chain.pharmacist, rx.token(chain, done), at=clock.now())
    with pytest.raises(IllegalStep):
        validity.void(chain.cast.doctor.viewer, done, reason="wrong", at=clock.now())
    assert rx.state(done) == "dispensed"


def test_only_its_doctor_voids_it_and_says_why(chain):
    done = rx.effective(chain)
    for viewer in (
        chain.cast.other_doctor.viewer,
        chain.cast.patient.viewer,
        chain.pharmacist,
    ):
        with pytest.raises(NotFound):
            validity.void(viewer, done, reason="wrong", at=clock.now())
    for told in ({"reason": ""}, {"reason": "x"}, {"reason": "other"}):
        with pytest.raises(Invalid):
            validity.void(chain.cast.doctor.viewer, done, **told, at=clock.now())


def test_the_database_lets_a_ticket_be_taken_once_and_nothing_else_of_it_be_changed(chain):
    done = rx.effective(chain)
    taken = "taken_by = gen_random_uuid(), pharmacy_id = gen_random_uuid(), taken_at = now()"
    for act in (
        f"update prescription_ticket set token_index = 'x', {taken}",
        "update prescription_ticket set made_at = now()",
        "delete from prescription_ticket",
        "update prescription set state = 'dispensed'",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(act)
    validity.take(chain.pharmacist, rx.token(chain, done), at=clock.now())
    for act in (
        f"update prescription_ticket set {taken}",
        "update prescription_ticket set taken_at = null",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(act)


def test_its_patient_sees_it_from_the_doctors_signature_on(chain):
    patient = chain.cast.patient.viewer
    draft = rx.begun(chain)
    with pytest.raises(NotFound):
        queries.one(patient, draft)
    done = rx.effective(chain)
    seen = queries.one(patient, done)
    assert (seen["state"], seen["may"], seen["draft"]) == ("effective", ["ticket"], None)
    assert seen["signed"]["verified"]
    assert seen["review"]["verified"]
    assert (seen["signed"]["report"], seen["review"]["words"]) == (None, "")
    assert [each["step"] for each in seen["steps"]] == ["sign", "claim", "approve"]
    page = queries.own(patient, patient_id=None, after=None, limit=9)
    assert [each["id"] for each in page["items"]] == [done]
    of_visit = {"patient_id": None, "after": None, "limit": 9}
    page = queries.own(patient, consultation_id=chain.visit, **of_visit)
    assert [each["id"] for each in page["items"]] == [done]
    assert not queries.own(patient, consultation_id=ids.new(), **of_visit)["items"]
    other = chain.cast.other_patient.viewer
    assert not queries.own(other, consultation_id=chain.visit, **of_visit)["items"]
    for stranger in (chain.cast.other_patient.viewer, chain.cast.other_doctor.viewer):
        with pytest.raises(NotFound):
            queries.one(stranger, done)


def test_its_doctor_sees_why_it_came_back(chain):
    done = rx.claimed(chain)
    told = {"version": 1, "reason": "dose", "words": "剂量偏大，请核对", "at": clock.now()}
    reviewing.send_back(chain.pharmacist, done, **told)
    seen = queries.one(chain.cast.doctor.viewer, done)
    assert (seen["review"]["words"], seen["may"]) == (told["words"], ["sign", "discard"])
    assert [each["dose"] for each in seen["draft"]["items"]] == ["1"]
    of_visit = queries.of_visit(chain.cast.doctor.viewer, chain.visit)
    assert (of_visit["diagnoses"], len(of_visit["items"])) == ([rx.HYPERTENSION], 1)


def test_a_draft_of_a_visit_that_ended_is_discarded_and_so_is_one_that_nobody_signs(chain):
    forgotten, left = rx.begun(chain), rx.begun(chain)
    at = clock.now() + timedelta(hours=24)
    with clock.frozen(at):
        assert tasks.sweep() == 2
    assert {rx.state(forgotten), rx.state(left)} == {"discarded"}
    draft, done = rx.begun(chain), rx.signed(chain)
    make.sign(chain.visit, chain.cast.doctor)
    make.close(chain.visit, chain.cast.doctor)
    payload = {"consultation_id": str(chain.visit)}
    for _ in range(2):
        reactions.discard_drafts(ids.new(), payload, clock.now())
    assert (rx.state(draft), rx.state(done)) == ("discarded", "signed_by_doctor")


def test_what_fails_again_and_again_starves_nobody(chain, monkeypatch):
    """However many stand at the head; each of them is tried once in a turn."""
    drafts = [rx.begun(chain) for _ in range(5)]
    meet, tried = tasks.meet_deadline, []

    def broken_for_three(prescription_id, *, at):
        tried.append(prescription_id)
        if prescription_id in drafts[:3]:
            raise RuntimeError("corrupt")
        return meet(prescription_id, at=at)

    monkeypatch.setattr(tasks, "meet_deadline", broken_for_three)
    monkeypatch.setattr(tasks, "_AT_ONCE", 2)
    with clock.frozen(clock.now() + timedelta(hours=25)):
        assert tasks.sweep() == 2
    assert [rx.state(each) for each in drafts] == ["draft"] * 3 + ["discarded"] * 2
    assert tried == drafts


@pytest.mark.parametrize(
    ("reaction", "kind", "who"),
    [
        (reactions.tell_effective, "prescription_effective", {"patient"}),
        (reactions.tell_refused, "prescription_not_passed", {"patient"}),
        (reactions.tell_voided, "prescription_not_passed", {"patient"}),
        (reactions.tell_returned, "prescription_sent_back", {"doctor"}),
        (reactions.tell_escalated, "prescription_waits", {"pharmacist", "other_pharmacist"}),
    ],
)
def test_who_does_not_look_is_told_once(chain, reaction, kind, who):
    people = {
        "patient": chain.cast.patient.id,
        "doctor": chain.cast.doctor.id,
        "pharmacist": chain.pharmacist.user_id,
        "other_pharmacist": chain.other_pharmacist.user_id,
    }
    event, payload = ids.new(), {"prescription_id": str(rx.signed(chain))}
    for _ in range(2):
        reaction(event, payload, clock.now())
    told = list(Notice.objects.filter(kind=kind).values_list("user_id", flat=True))
    assert sorted(told) == sorted(people[name] for name in who)


def test_a_copy_holds_every_signed_byte_and_no_draft(chain):
    done, _ = rx.effective(chain), rx.begun(chain)
    part = export_part(chain.cast.patient.id)
    (told,) = part.data
    assert (told["id"], told["state"]) == (str(done), "effective")
    version = PrescriptionVersion.objects.get(prescription_id=done)
    doctor, pharmacist = (part.texts[name] for name in told["versions"][0]["signed_bytes"])
    assert hashlib.sha256(doctor).hexdigest() == version.sha256
    assert hashlib.sha256(pharmacist).hexdigest() == version.review.sha256
    assert export_part(chain.cast.other_patient.id).data == []
