"""A patient who is sent offline: the letter, the question whether the patient went, and the answer."""

import io
import json
from datetime import UTC, timedelta

import pikepdf
import pytest
from django.db import IntegrityError, connection, transaction
from fhir.resources.R4B.bundle import Bundle

from xinglin.care.consultation import queries, rules, tasks
from xinglin.care.consultation.models import Referral, ReferralAnswer
from xinglin.care.consultation.queries.exports import export_part
from xinglin.care.consultation.services import referring
from xinglin.care.consultation.tests import factories as make
from xinglin.foundation.audit.models import AuditLine
from xinglin.foundation.notices.models import Notice
from xinglin.kernel.errors import Conflict, Invalid, NotFound

BOOKING = "https://booking.example.cn/visit?dept=emergency"


@pytest.fixture
def stopped(cast):
    visit = make.active(cast.patient, cast.doctor)
    make.stop(visit, cast.doctor, booking_url=BOOKING, clinical="胸痛 2 小时，<b>未</b>测心电图。")
    return visit


def ask(visit):
    """As if the days had gone."""
    found = Referral.objects.get(pk=visit)
    referring.ask_who_was_referred(at=found.ask_at)


def answer(cast, visit, went="went", words=""):
    referring.answer_referral(cast.patient.viewer, visit, went=went, words=words, at=make.now())


def shown(person, visit):
    return queries.get(person.viewer, visit)


def due_kinds(cast):
    items = queries.due(cast.doctor.viewer, make.now())["items"]
    return [item["kind"] for item in items if item["kind"] == "went"]


# --- the letter


def test_the_ending_makes_the_referral(cast, stopped):
    told = shown(cast.patient, stopped)["stopped"]
    assert (told["hospital"], told["department"]) == ("最近的医院", "急诊科")
    assert (told["booking_url"], told["clinical"], told["seen_at"]) == (BOOKING, "", None)
    assert shown(cast.doctor, stopped)["stopped"]["clinical"].startswith("胸痛")
    row = Referral.objects.get(pk=stopped)
    assert row.practitioner_id == cast.doctor.card.id
    assert row.ask_at - row.issued_at == rules.ASK_AFTER["now"]


@pytest.mark.parametrize(
    "link",
    [
        "http://booking.example.cn",
        "javascript:alert(1)",
        "https://",
        "https://user:secret@example.cn",
        "https://localhost/x",
        "https://example.cn/a b",
        "https://[bad",
        "https://example.cn/" + "x" * 500,
    ],
)
def test_a_booking_link_is_of_a_website_and_nothing_else(cast, link):
    visit = make.active(cast.patient, cast.doctor)
    with pytest.raises(Invalid) as refused:
        make.stop(visit, cast.doctor, booking_url=link)
    assert [error.field for error in refused.value.errors] == ["booking_url"]
    assert make.row(visit).state == "active"


def test_what_a_letter_says_stands(stopped):
    for change in ({"advice": "别去"}, {"hospital": "另一家"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Referral.objects.filter(pk=stopped).update(**change)
    with (
        pytest.raises(IntegrityError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("delete from consultation_referral")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_patient_and_doctor_have_the_letter_on_paper(at_the_door, cast, stopped, lang):
    for person in (at_the_door.patient, at_the_door.doctor):
        answer = person.get(f"/consultations/{stopped}/referral/letter.pdf?lang={lang}")
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
        with pikepdf.open(io.BytesIO(answer.content)) as pdf:
            assert str(pdf.docinfo["/Title"]) == ("转诊信" if lang == "zh" else "Referral letter")
    lines = AuditLine.objects.filter(action="consultation.read_letter", thing_id=stopped)
    assert {line.actor_id for line in lines} == {cast.patient.id, cast.doctor.id}


def test_the_paper_says_where_when_why_and_by_whom(cast, stopped):
    told = queries.referral_letter(cast.patient.viewer, stopped, form="pdf")
    words = str([section.lines for section in queries.on_paper(told, "zh").sections])
    for each in ("最近的医院", "急诊科", "请立即就医", BOOKING, "林小满", cast.doctor.card.name.zh):
        assert each in words


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_letter_is_a_fhir_document(at_the_door, cast, stopped, lang):
    answer = at_the_door.doctor.get(f"/consultations/{stopped}/referral/letter.json?lang={lang}")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/fhir+json")
    told = json.loads(answer.content)
    read = Bundle.model_validate(told)
    assert (read.type, read.identifier.system) == ("document", "urn:ietf:rfc:3986")
    kinds = [entry.resource.get_resource_type() for entry in read.entry]
    assert kinds[0] == "Composition"
    assert {"Patient", "Practitioner", "ServiceRequest", "Organization"} <= set(kinds)
    request = next(
        e.resource for e in read.entry if e.resource.get_resource_type() == "ServiceRequest"
    )
    assert (request.priority, request.patientInstruction) == ("stat", make.REFERRAL["advice"])
    urls = {entry.fullUrl for entry in read.entry}
    assert set(references(told)) <= urls
    assert all(e.fullUrl == f"urn:uuid:{e.resource.id}" for e in read.entry)
    narrative = told["entry"][0]["resource"]["section"][0]["text"]["div"]
    assert "&lt;b&gt;未" in narrative
    # Whoever reads only the document is told no less than whoever has the paper.
    paper = queries.on_paper(
        queries.referral_letter(cast.doctor.viewer, stopped, form="fhir"), lang
    )
    assert all(line in narrative for line in (("过敏史" if lang == "zh" else "Allergies"), "120"))
    assert all(label in narrative for each in paper.sections for label, _ in each.lines)


def references(told):
    if isinstance(told, dict):
        yield from [told["reference"]] if "reference" in told else []
        told = list(told.values())
    if isinstance(told, list):
        for each in told:
            yield from references(each)


def test_the_same_letter_has_the_same_ids(cast, stopped):
    told = queries.referral_letter(cast.doctor.viewer, stopped, form="fhir")
    again = queries.referral_letter(cast.patient.viewer, stopped, form="fhir")
    assert queries.as_document(told, "zh") == queries.as_document(again, "zh")


def test_nobody_else_has_the_letter_and_a_closed_visit_has_none(at_the_door, cast, stopped):
    for path in ("letter.pdf", "letter.json"):
        there = f"/consultations/{stopped}/referral/{path}"
        assert at_the_door.other_doctor.get(there).status_code == 404
    closed = make.ended(cast.other_patient, cast.doctor)
    with pytest.raises(NotFound):
        queries.referral_letter(cast.doctor.viewer, closed, form="pdf")


# --- whether the patient went


def test_the_patient_is_asked_once_when_the_time_has_come(cast, stopped):
    found = Referral.objects.get(pk=stopped)
    assert tasks.ask_who_was_referred() == 0
    early = found.ask_at - timedelta(seconds=1)
    assert referring.ask_who_was_referred(at=early) == 0
    assert "answer_referral" not in shown(cast.patient, stopped)["may"]
    with pytest.raises(Conflict, match="not_asked_yet"):
        answer(cast, stopped)
    assert referring.ask_who_was_referred(at=found.ask_at) == 1
    assert referring.ask_who_was_referred(at=found.ask_at) == 0
    [notice] = Notice.objects.filter(kind="went_or_not")
    assert (notice.user_id, notice.link) == (cast.patient.id, f"/visits/{stopped}")
    assert "answer_referral" in shown(cast.patient, stopped)["may"]
    assert "answer_referral" not in shown(cast.doctor, stopped)["may"]


def test_the_answer_is_kept_and_due_to_the_doctor_until_it_is_noted(cast, stopped):
    ask(stopped)
    assert due_kinds(cast) == []
    answer(cast, stopped, "not_yet", " 挂不上号 ")
    assert due_kinds(cast) == ["went"]
    told = shown(cast.doctor, stopped)
    assert (told["stopped"]["answer"]["went"], told["stopped"]["answer"]["words"]) == (
        "not_yet",
        "挂不上号",
    )
    assert "note_answer" in told["may"]
    referring.note_answer(cast.doctor.viewer, stopped, seen=make.now())
    assert due_kinds(cast) == []
    assert "note_answer" not in shown(cast.doctor, stopped)["may"]


def test_an_answer_that_came_while_the_doctor_read_another_stays_due(cast, stopped):
    ask(stopped)
    answer(cast, stopped, "booked")
    read = shown(cast.doctor, stopped)["stopped"]["answer"]["at"]
    answer(cast, stopped, "will_not", "胸痛加重")
    with pytest.raises(Conflict, match="answered_again"):
        referring.note_answer(cast.doctor.viewer, stopped, seen=read)
    assert due_kinds(cast) == ["went"]
    read = shown(cast.doctor, stopped)["stopped"]["answer"]["at"]
    referring.note_answer(cast.doctor.viewer, stopped, seen=read)
    assert due_kinds(cast) == []


def test_who_has_not_gone_may_say_so_later_and_who_went_is_done(cast, stopped):
    ask(stopped)
    answer(cast, stopped, "booked")
    referring.note_answer(cast.doctor.viewer, stopped, seen=make.now())
    answer(cast, stopped, "went")
    assert due_kinds(cast) == ["went"]
    with pytest.raises(Conflict, match="answered_already"):
        answer(cast, stopped, "not_yet")
    assert list(ReferralAnswer.objects.order_by("id").values_list("went", flat=True)) == [
        "booked",
        "went",
    ]
    with pytest.raises(IntegrityError), transaction.atomic():
        ReferralAnswer.objects.update(went="went")


@pytest.mark.parametrize(
    ("given", "field"), [({"went": "maybe"}, "went"), ({"words": "好" * 501}, "words")]
)
def test_an_answer_outside_its_form_names_the_field(cast, stopped, given, field):
    ask(stopped)
    with pytest.raises(Invalid) as refused:
        answer(cast, stopped, **given)
    assert [error.field for error in refused.value.errors] == [field]


def test_only_the_patient_answers_and_only_the_doctor_notes_it(cast, stopped):
    ask(stopped)
    for person in (cast.doctor, cast.other_patient):
        with pytest.raises(NotFound):
            referring.answer_referral(person.viewer, stopped, went="went", words="", at=make.now())
    with pytest.raises(Conflict, match="no_answer_yet"):
        referring.note_answer(cast.doctor.viewer, stopped, seen=make.now())
    answer(cast, stopped)
    for person in (cast.patient, cast.other_doctor):
        with pytest.raises(NotFound):
            referring.note_answer(person.viewer, stopped, seen=make.now())


def test_a_visit_without_a_referral_asks_nothing(cast):
    visit = make.ended(cast.patient, cast.doctor)
    with pytest.raises(Conflict, match="no_referral"):
        answer(cast, visit)


def test_the_answer_is_in_a_dispute_and_in_the_patients_own_copy(cast, stopped):
    ask(stopped)
    answer(cast, stopped, "will_not", "已好转")
    [part] = [p for p in queries.visit_evidence(stopped, UTC) if p.name == "referral"]
    assert part.data["letter"]["hospital"] == "最近的医院"
    assert [each["words"] for each in part.data["answers"]] == ["已好转"]
    copied = export_part(cast.patient.id).data["visits"][0]["referral"]
    assert (copied["advice"], copied["answers"][0]["went"]) == (make.REFERRAL["advice"], "will_not")
