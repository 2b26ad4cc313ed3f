"""One row more of what each list shows; see test_budgets.py."""

from datetime import timedelta
from functools import cache
from itertools import cycle
from uuid import UUID

from xinglin.care.consultation import queries as consultation_queries
from xinglin.care.consultation import services as consultation
from xinglin.care.consultation.messages import services as messages
from xinglin.care.consultation.models import (
    Call,
    CallInvitation,
    Consultation,
    JoinLink,
    Question,
    Transfer,
)
from xinglin.care.consultation.queries.guests import LINK_NAME
from xinglin.care.consultation.tests import calls, factories, proofs
from xinglin.care.consultation.types import Shelf, Wording
from xinglin.care.dispatch.models import HandOver, Offer
from xinglin.care.people.models import Application, Export, Licence, Patient, SheetImport
from xinglin.care.people.services import found_institution, propose_merge
from xinglin.care.people.tests import papers
from xinglin.care.people.tests.factories import id_number, patient_viewer, register, staff_viewer
from xinglin.care.prescribing.services import favourites
from xinglin.care.prescribing.tests import rx
from xinglin.care.quality.models import Package
from xinglin.care.triage.models import Override
from xinglin.config.tests.houses import House
from xinglin.foundation.accounts.services import seal_text
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import services as audit
from xinglin.foundation.notices.gateways.demo import deliver
from xinglin.foundation.notices.types import Message
from xinglin.kernel import clock, ids
from xinglin.kernel.text import Text

_READERS = cycle(
    [lambda house: house.cast.doctor.viewer, lambda house: house.cast.other_doctor.viewer]
)


@cache
def _keeper_of(institution_id: UUID) -> Viewer:
    return staff_viewer("administrator", institution_id=institution_id)


def keeper(house: House) -> Viewer:
    """An administrator of the doctor's house."""
    return _keeper_of(house.cast.doctor.viewer.institution_id)


def another_person(house: House) -> UUID:
    """One more of the patient's family."""
    row = Patient.objects.get(pk=house.cast.patient.patient_id)
    row.pk, row.relation = ids.new(), "child"
    row.id_number_index = row.pk.bytes
    row.save(force_insert=True)
    return row.pk


def another_visit(house: House, of: int, *, words: str = "") -> UUID:
    """One more like the `of`-th of the house: 0 ended, 1 active, 2 waiting."""
    row = Consultation.objects.get(pk=house.objects["consultation_id"][of])
    row.pk, row.intake_id = ids.new(), ids.new()
    if row.ended_at is None:
        row.patient_id = another_person(house)
    row.save(force_insert=True)
    messages.open_thread(row.pk, row.holder_id)
    if row.doctor_user_id:
        messages.admit_doctor(row.pk, row.doctor_user_id)
    messages.post(row.pk, row.holder_id, "text", {"text": words or row.complaint})
    return row.pk


def overrides(house: House) -> None:
    Override.objects.create(
        institution_id=house.cast.doctor.viewer.institution_id,
        intake_id=house.objects["intake_id"][1],
        consultation_id=ids.new(),
        who="patient",
        by=house.cast.patient.id,
        suggested=factories.department(0),
        former=factories.department(0),
        chosen=factories.department(1),
        sure=True,
        at=clock.now(),
    )


def visits(house: House) -> None:
    another_visit(house, 0)


def found(house: House) -> None:
    another_visit(house, 1, words="头痛三天")


def thread(house: House) -> None:
    active = house.objects["consultation_id"][1]
    messages.post(active, house.cast.patient.id, "text", {"text": "在"})


def versions(house: House) -> None:
    ended = house.objects["consultation_id"][0]
    consultation.amend(
        house.cast.doctor.viewer,
        ended,
        fields=factories.RECORD,
        reason="补充建议的细节",
        at=clock.now(),
    )


def offers(house: House) -> None:
    offer = Offer.objects.get(pk=house.objects["offer_id"][0])
    offer.pk, offer.consultation_id = ids.new(), another_visit(house, 2)
    offer.save(force_insert=True)


def queue(house: House) -> None:
    another_visit(house, 2)


def family(house: House) -> None:
    another_person(house)


def packages(house: House) -> None:
    """A finished one of the same visit, in turn of this person and of that."""
    told = consultation_queries.visit_facts(house.objects["consultation_id"][0])
    asker = [house.cast.operator, house.cast.doctor][Package.objects.count() % 2]
    Package.objects.create(
        institution_id=told.institution_id,
        consultation_id=told.id,
        patient_id=told.patient_id,
        asked_by=asker.id,
        asked_at=clock.now(),
        reason="court",
        state="gone",
    )


def lines(house: House) -> None:
    """An audit line about the patient, in turn of this doctor and of that."""
    audit.record(
        next(_READERS)(house),
        "consultation.read",
        subject=house.cast.patient.patient_id,
        thing="consultation",
        thing_id=house.objects["consultation_id"][0],
        purpose="care",
    )


def exports(house: House) -> None:
    Export.objects.create(
        holder_id=house.cast.patient.id, locale="zh", state="gone", asked_at=clock.now()
    )


def calls_of_visit(house: House) -> None:
    """Another call of the same visit, which is over, with somebody who was asked in."""
    patient, doctor = house.cast.patient, house.cast.doctor
    call = calls.ringing(patient, house.objects["consultation_id"][1])
    consultation.answer_call(doctor.viewer, call, at=clock.now())
    calls.invite(doctor, call, house.cast.other_doctor)
    consultation.end_call(patient.viewer, call, at=clock.now())


def open_calls(house: House) -> UUID:
    """Of two people who are nobody else's."""
    del house
    other = factories.doctor()
    _, call = calls.talking(factories.patient(), other)
    calls.sit(other, call)
    return call


def calls_to_join(house: House) -> None:
    """The doctor of the cast is asked in."""
    call = Call.objects.get(pk=open_calls(house))
    CallInvitation.objects.create(
        id=ids.new(),
        call=call,
        practitioner_id=house.cast.doctor.card.id,
        user_id=house.cast.doctor.id,
        invited_by=call.doctor_user_id,
        invited_at=clock.now(),
    )


def links(house: House) -> None:
    at = clock.now()
    JoinLink.objects.create(
        consultation_id=house.objects["consultation_id"][1],
        made_by=house.cast.patient.id,
        made_as="patient",
        for_whom="daughter",
        name_sealed=seal_text("林小苗", LINK_NAME),
        token_hash=ids.new().bytes,
        made_at=at,
        expires_at=at + timedelta(days=1),
    )


def kept_proofs(house: House) -> None:
    proofs.proof(house.cast.patient)


def visit_proofs(house: House) -> None:
    shown = proofs.proof(house.cast.patient)
    visit_id = house.objects["consultation_id"][1]
    consultation.show_proof(house.cast.patient.viewer, visit_id, shown, at=clock.now())


def phrases(house: House) -> None:
    viewer = house.cast.doctor.viewer
    _add_phrase(viewer, consultation.shelf(viewer, "reply", None))


def favourite_medicines(house: House) -> None:
    told = [rx.item(rx.product())]
    viewer = house.cast.doctor.viewer
    favourites.keep(viewer, kind="western", name="", items=told, at=clock.now())


def department_phrases(house: House) -> None:
    viewer = keeper(house)
    _add_phrase(viewer, consultation.shelf(viewer, "reply", factories.department()))


def _add_phrase(viewer: Viewer, where: Shelf) -> None:
    consultation.add_phrase(
        viewer, where, Wording(zh={"text": str(ids.new())}, en={}), at=clock.now()
    )


def merges(house: House) -> None:
    del house
    number = id_number()
    register(patient_viewer(), relation="other", number=number)
    told = {"name": "林小满", "id_type": "01", "id_number": number, "relation": "self"}
    propose_merge(patient_viewer(), **told, at=clock.now())


def transfers(house: House) -> None:
    visit_id = house.objects["consultation_id"][1]
    Transfer.objects.create(
        consultation_id=visit_id,
        from_practitioner_id=house.cast.other_doctor.card.id,
        from_department="general_practice",
        to_department="dermatology",
        note="请皮肤科看皮疹",
        at=clock.now(),
    )


def questions(house: House) -> None:
    """To the doctor, about a visit of the doctor's own patient; answered long enough ago to be many."""
    row = Question.objects.get(pk=house.objects["question_id"][0])
    row.pk, row.consultation_id = ids.new(), house.objects["consultation_id"][1]
    row.save(force_insert=True)


def assisted(house: House) -> None:
    another_visit(house, 1)


def applications(house: House) -> None:
    """Handed in, each by another doctor."""
    del house
    papers.handed_in()


def own_applications(house: House) -> None:
    """One more that was taken back."""
    row = Application.objects.get(user_id=house.cast.patient.id, state="draft")
    row.pk, row.state = ids.new(), "withdrawn"
    row.save(force_insert=True)


def licences(house: House) -> None:
    """Of one doctor more, and of the doctor at one institution more."""
    factories.doctor()
    made = found_institution(code=ids.new().hex, name=Text("分院", "Branch"))
    Licence.objects.create(
        practitioner_id=house.cast.doctor.card.id,
        institution_id=made.id,
        number="1",
        valid_from=clock.now().date(),
    )


def hand_overs(house: House) -> None:
    at = clock.now()
    HandOver.objects.create(
        consultation_id=another_visit(house, 1),
        practitioner_id=house.cast.doctor.card.id,
        institution_id=house.cast.doctor.card.institution_id,
        reason="licence_expired",
        listed_at=at,
        due_at=at,
    )


def sheets(house: House) -> None:
    """One that was refused, each asked for by another administrator."""
    card = house.cast.doctor.card
    SheetImport.objects.create(
        institution_id=card.institution_id,
        kind="doctors",
        file_id=ids.new(),
        file_name="doctors.xlsx",
        sha256="0" * 64,
        bytes=1,
        state="refused",
        asked_by=staff_viewer("administrator", institution_id=card.institution_id).user_id,
        asked_at=clock.now(),
    )


def inbox(house: House) -> None:
    del house
    said = {"to": "13800138000", "text": Text("验证码", "Code"), "code": "123456"}
    deliver(Message(id=ids.new(), channel="sms", locale="zh", **said))
