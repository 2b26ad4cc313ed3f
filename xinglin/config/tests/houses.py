"""A house in which a patient and a doctor have objects of every kind, and strangers look on."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import connection

from xinglin.care.consultation import services as consultation
from xinglin.care.consultation.messages import services as messages
from xinglin.care.consultation.models import CallInvitation, Referral
from xinglin.care.consultation.services.inviting import Invitation
from xinglin.care.consultation.tests import calls, factories, proofs
from xinglin.care.consultation.tests.factories import Cast
from xinglin.care.consultation.types import Wording
from xinglin.care.dispatch import services as dispatch
from xinglin.care.dispatch.models import Offer
from xinglin.care.dispatch.services import lease
from xinglin.care.dispatch.tasks.leading import new_engine, turn
from xinglin.care.people import queries as people
from xinglin.care.people import services as people_services
from xinglin.care.people.models import Practitioner
from xinglin.care.people.services import ask_export
from xinglin.care.people.services.exporting import make_next_export
from xinglin.care.people.tests import papers
from xinglin.care.people.tests.factories import staff_viewer
from xinglin.care.prescribing.services import favourites
from xinglin.care.prescribing.tests import longterm, rx
from xinglin.care.triage.tests.factories import answered, opened
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.live.services import touch_presence
from xinglin.foundation.media.models import File, Upload
from xinglin.foundation.notices import services as notices
from xinglin.foundation.notices.tests.browser import subscription
from xinglin.foundation.recordings import services as recordings
from xinglin.kernel import clock, ids


@dataclass(frozen=True)
class House:
    """`objects`: name of a parameter -> what belongs to the patient or the doctor of the cast.

    `helper`: assists the doctor.
    """

    cast: Cast
    objects: dict[str, list[UUID]]
    helper: Viewer
    strangers: dict[str, Viewer | None]


def furnished() -> House:
    """Somebody of every kind, and of each kind of object one or several."""
    cast = factories.cast()
    patient, doctor = cast.patient, cast.doctor
    picture = File.objects.create(
        owner_id=patient.id, width=1, height=1, bytes=1, sha256=b"", uploaded_at=clock.now()
    ).pk
    ended, said = _ended_with_files(patient, doctor, picture)
    active = factories.active(patient, doctor, where=1, picture_ids=[str(picture)])
    paper = proofs.proof(patient, file_ids=(picture,))
    consultation.show_proof(patient.viewer, active, paper, at=clock.now())
    call = _called(patient, doctor, active)
    waiting = factories.visit(patient)
    stopped = _stopped(patient, doctor)
    told = people.patient_card(patient.patient_id)
    open_intake, ready_intake = (opened(patient.viewer, told) for _ in range(2))
    answered(patient.viewer, ready_intake, pregnancy="no")
    follow_up, prescriptions = _prescriptions(cast)
    offer = _offered(doctor, waiting)
    helper = _helper_of(doctor)
    return House(
        cast=cast,
        objects={
            **call,
            "consultation_id": [ended, active, waiting, stopped, follow_up],
            "intake_id": [open_intake, ready_intake],
            "offer_id": [offer],
            "patient_id": [patient.patient_id],
            "picture_id": [picture],
            "voice_id": [_said(patient.viewer, active, "voice", said["voice"])],
            "document_id": [_said(patient.viewer, active, "document", said["document"])],
            "earlier_id": [ended],
            "practitioner_id": [doctor.card.id],
            "assistant_id": [helper.user_id],
            "question_id": [_question_to(doctor, factories.patient(), picture)],
            "application_id": [_application_of(patient.viewer, picture)],
            "prescription_id": prescriptions,
            "favourite_id": [_favourite_of(doctor.viewer)],
            "proof_id": [paper],
            "phrase_id": [_phrase_of(doctor.viewer)],
            "export_id": [_export_of(patient.viewer)],
            "device_id": [_device_of(patient.viewer)],
            "file_id": [picture],
            "link_id": [_link_of(patient.viewer, active)],
            "upload_id": [_upload_of(patient.viewer)],
        },
        helper=helper,
        strangers={
            "nobody": None,
            "other patient": cast.other_patient.viewer,
            "other doctor": cast.other_doctor.viewer,
            "operator": cast.operator.viewer,
            "administrator": staff_viewer("administrator"),
            "auditor": staff_viewer("auditor"),
            "pharmacist": rx.pharmacist(),
            "pharmacy_head": staff_viewer("pharmacy_head"),
            "quality": staff_viewer("quality", institution_id=doctor.card.institution_id),
        },
    )


def _called(patient, doctor, visit: UUID) -> dict[str, list[UUID]]:
    """A call of the visit that is over, into which a third doctor was asked; it was to be recorded."""
    call, colleague, at = calls.ringing(patient, visit), factories.doctor(), clock.now()
    consultation.answer_call(doctor.viewer, call, at=at)
    calls.invite(doctor, call, colleague)
    seat = calls.sit(patient, call)
    recordings.open_recording(call, place="cn", subject_id=patient.patient_id, at=at)
    consultation.end_call(patient.viewer, call, at=at)
    asked = CallInvitation.objects.get(call_id=call)
    return {
        "call_id": [call],
        "invitation_id": [asked.pk],
        "person": [colleague.id],
        "seat": [seat],
    }


def _prescriptions(cast: Cast) -> tuple[UUID, list[UUID]]:
    """A follow-up visit that has ended, with a prescription that is effective, and a draft that the
    patient was asked to sign for.
    """
    visit, _ = proofs.follow_up(cast.patient, cast.doctor, where=5)
    chain = rx.Chain(cast, visit, rx.pharmacist(), rx.pharmacist(), rx.product())
    effective, draft = rx.effective(chain), longterm.asked(chain)
    factories.sign(visit, cast.doctor)
    factories.close(visit, cast.doctor)
    return visit, [effective, draft]


def _helper_of(doctor) -> Viewer:
    """In the doctor's team, which is on."""
    helper = staff_viewer("assistant")
    get_user_model().objects.filter(pk=helper.user_id).update(
        institution_id=doctor.card.institution_id
    )
    people_services.add_assistant(doctor.viewer, helper.user_id, at=clock.now())
    people_services.switch_team(doctor.viewer, is_on=True, at=clock.now())
    return helper


def _question_to(colleague, patient, picture: UUID) -> UUID:
    """From a third doctor, about a visit of somebody else, with a picture that is given."""
    asker = factories.doctor()
    visit = factories.active(patient, asker, where=3)
    body = {"picture_id": str(picture), "width": 1, "height": 1}
    messages.post(visit, patient.id, "picture", body)
    asked = consultation.Asked(
        practitioner_id=colleague.card.id, words="需要检查吗？", picture_ids=(picture,)
    )
    return consultation.ask_colleague(asker.viewer, visit, asked, at=clock.now())


def _application_of(viewer: Viewer, picture: UUID) -> UUID:
    """To work here as a doctor, with a picture of a paper."""
    begun = people_services.begin_application(viewer, institution_id=None, at=clock.now())
    people_services.save_application(
        viewer,
        begun,
        form=papers.form(),
        id_number=None,
        evidence=[(picture, "licence")],
        revision=0,
        at=clock.now(),
    )
    return begun


def _phrase_of(viewer: Viewer) -> UUID:
    """A doctor's own."""
    where = consultation.shelf(viewer, "reply", None)
    told = Wording(zh={"text": "请问多久了？"}, en={})
    return consultation.add_phrase(viewer, where, told, at=clock.now())


def _favourite_of(viewer: Viewer) -> UUID:
    """A doctor's own."""
    told = [rx.item(rx.product(), days=28)]
    return favourites.keep(viewer, kind="western", name="长期", items=told, at=clock.now())


def _link_of(viewer: Viewer, visit_id: UUID) -> UUID:
    """By which a guest may come into the visit."""
    asked = Invitation(relation="daughter", name="林小苗")
    return consultation.invite(viewer, visit_id, invitation=asked, at=clock.now()).id


def _export_of(viewer: Viewer) -> UUID:
    """Made, and ready to be fetched."""
    asked = ask_export(viewer, clock.now()).pk
    assert make_next_export()
    return asked


def _ended_with_files(patient, doctor, picture: UUID) -> tuple[UUID, dict[str, UUID]]:
    """A visit that has ended, with the picture and a file of each other kind in its thread."""
    visit_id = factories.signed(patient, doctor)
    messages.post(visit_id, patient.id, "picture", {"picture_id": str(picture)})
    said = {kind: _said(patient.viewer, visit_id, kind) for kind in ("voice", "document")}
    factories.close(visit_id, doctor)
    return visit_id, said


def _stopped(patient, doctor) -> UUID:
    """With a referral, and an answer that the doctor has not read yet."""
    visit_id = factories.active(patient, doctor, where=4)
    factories.stop(visit_id, doctor)
    asked = Referral.objects.get(pk=visit_id).ask_at
    consultation.ask_who_was_referred(at=asked)
    consultation.answer_referral(patient.viewer, visit_id, went="not_yet", words="", at=asked)
    return visit_id


def _said(viewer: Viewer, visit_id: UUID, kind: str, file: UUID | None = None) -> UUID:
    """A voice note or a document in the thread; `file`: one that is there already."""
    file = (
        file
        or File.objects.create(
            owner_id=viewer.user_id,
            kind=kind,
            bytes=1,
            sha256=b"",
            uploaded_at=clock.now(),
            claimed_at=clock.now(),
        ).pk
    )
    messages.post(visit_id, viewer.user_id, kind, {f"{kind}_id": str(file)})
    return file


def _upload_of(viewer: Viewer) -> UUID:
    """A picture of which nothing has arrived yet."""
    return Upload.objects.create(
        id=ids.new(),
        owner_id=viewer.user_id,
        kind="picture",
        bytes=9,
        sha256=bytes(32),
        touched_at=clock.now(),
    ).pk


def _device_of(viewer: Viewer) -> UUID:
    found = subscription("https://push.example.com/1")
    return notices.add_device(
        viewer,
        endpoint=found.endpoint,
        p256dh=found.p256dh,
        auth=found.auth,
        name="",
        at=clock.now(),
    )


def _offered(doctor, visit_id: UUID) -> UUID:
    """The doctor is on duty, and is asked for the visit."""
    now = clock.now()
    Practitioner.objects.filter(pk=doctor.card.id).update(identity_checked_at=now)
    touch_presence([doctor.id], now)
    dispatch.start_duty(doctor.viewer, capacity=3, at=now)
    turn(new_engine(), lease.acquire("strangers"))
    with connection.cursor() as cursor:
        # A leader that stands still for two seconds is cut off; a test may take its time.
        cursor.execute("set local idle_in_transaction_session_timeout = 0")
    return Offer.objects.get(consultation_id=visit_id, practitioner_id=doctor.card.id).pk
