"""Who chose another department than triage had suggested: the patient, the doctor, an operator."""

from dataclasses import replace

import pytest
from django.db import DatabaseError, transaction

from xinglin.care.consultation import services as consultation
from xinglin.care.consultation.models import Consultation, ConsultationStep, Transfer
from xinglin.care.consultation.tests import factories
from xinglin.care.consultation.types import Reason
from xinglin.care.dispatch import services
from xinglin.care.people.queries import patient_cards
from xinglin.care.people.tests.factories import Browser, staff_viewer
from xinglin.care.triage.models import Intake, Override
from xinglin.care.triage.queries.exports import export_part
from xinglin.foundation.audit.models import AuditLine
from xinglin.foundation.outbox.models import OutboxEvent
from xinglin.kernel.errors import Conflict, Invalid
from xinglin.kernel.text import Text

pytestmark = pytest.mark.django_db
WHY = Reason(code="wrong_department", text=Text("科室不对", "the wrong department"), note="")


@pytest.fixture
def cast():
    return factories.cast()


def keeper(cast):
    return staff_viewer("administrator", institution_id=cast.doctor.viewer.institution_id)


def overrides() -> list[tuple[str, str, str, str]]:
    return list(Override.objects.order_by("id").values_list("who", "suggested", "former", "chosen"))


def move(cast, visit, department, **changes):
    told = {"reason": WHY, "doctor": None, "department": department, "at": factories.now()}
    consultation.reassign(cast.operator.viewer, visit, **told | changes)


def test_who_follows_the_suggestion_leaves_no_row(cast):
    factories.visit(cast.patient)
    assert overrides() == []


def test_a_patient_who_chooses_another_department_is_kept_with_suggestion_and_versions(cast):
    suggested, chosen = factories.department(0), factories.department(2)
    visit = factories.visit(cast.patient, where=2, sure=True)
    assert overrides() == [("patient", suggested, suggested, chosen)]
    row = Override.objects.get()
    assert (row.consultation_id, row.by, row.sure) == (visit, cast.patient.id, True)
    assert row.intake.complaint
    line = AuditLine.objects.get(action="triage.override_department")
    assert (line.subject_id, line.detail["chosen"]) == (cast.patient.patient_id, chosen)


def test_a_doctor_says_with_a_transfer_that_the_department_was_wrong(cast):
    visit = factories.active(cast.patient, cast.doctor)
    there = factories.department(3)
    services.transfer_visit(
        cast.doctor.viewer,
        visit,
        department=there,
        practitioner_id=None,
        note="请消化内科看",
        at=factories.now(),
        wrong_department=True,
    )
    here = factories.department(0)
    assert overrides() == [("doctor", here, here, there)]
    assert Transfer.objects.get().to_department == there


def test_a_transfer_for_another_reason_says_nothing_about_triage(cast):
    visit = factories.active(cast.patient, cast.doctor)
    status, _ = Browser(cast.doctor.viewer).post(
        f"/consultations/{visit}/transfer",
        {"department": factories.department(3), "note": "请帮忙继续"},
    )
    assert (status, overrides()) == (200, [])


def test_an_operator_moves_a_visit_that_waits_and_it_is_put_first(cast):
    visit = factories.visit(cast.patient)
    there = factories.department(4)
    move(cast, visit, there)
    row = Consultation.objects.get(pk=visit)
    assert (row.department, row.state, row.put_first) == (there, "waiting", True)
    step = ConsultationStep.objects.filter(consultation=visit).latest("id")
    assert (step.step, step.reason, step.detail["to"]) == ("put_first", WHY.code, there)
    here = factories.department(0)
    assert overrides() == [("operator", here, here, there)]
    names = set(OutboxEvent.objects.values_list("kind", flat=True))
    assert {"DepartmentChanged", "ConsultationPutFirst"} <= names


def test_a_move_for_another_reason_says_nothing_about_triage(cast):
    visit = factories.visit(cast.patient)
    move(cast, visit, factories.department(4), reason=replace(WHY, code="doctor_silent"))
    assert Consultation.objects.get(pk=visit).department == factories.department(4)
    assert overrides() == []


def test_an_operator_moves_a_visit_that_a_doctor_has(cast):
    visit = factories.active(cast.patient, cast.doctor)
    move(cast, visit, factories.department(4))
    row = Consultation.objects.get(pk=visit)
    assert (row.state, row.practitioner_id) == ("waiting", None)
    assert row.department == factories.department(4)


@pytest.mark.parametrize("other", ["no_such", "present"])
def test_an_operator_moves_only_to_another_department_of_the_house(cast, other):
    visit, here = factories.visit(cast.patient), factories.department(0)
    with pytest.raises(Invalid):
        move(cast, visit, here if other == "present" else other)
    assert Consultation.objects.get(pk=visit).department == here
    assert overrides() == []


def test_nobody_is_named_when_a_visit_is_moved(cast):
    visit = factories.visit(cast.patient)
    step = ConsultationStep.objects.latest("id").pk
    status, problem = Browser(
        staff_viewer("operator", institution_id=cast.doctor.viewer.institution_id)
    ).post(
        f"/dispatch/visits/{visit}/reassign",
        {
            "seen": step,
            "reason": "wrong_department",
            "department": factories.department(4),
            "practitioner_id": str(cast.doctor.card.id),
        },
    )
    assert (status, problem["errors"][0]["field"]) == (422, "department")


def test_a_visit_is_not_moved_to_where_the_patient_has_another(cast):
    factories.visit(cast.patient, where=2)
    visit = factories.visit(cast.patient)
    with pytest.raises(Conflict) as refused:
        move(cast, visit, factories.department(2))
    assert refused.value.code == "open_there"
    assert Consultation.objects.get(pk=visit).department == factories.department(0)


def test_an_override_stands(cast):
    factories.visit(cast.patient, where=2)
    for change in (
        lambda: Override.objects.update(chosen="ent"),
        lambda: Override.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="stands"), transaction.atomic():
            change()


def test_a_copy_of_ones_data_says_what_was_chosen(cast):
    factories.visit(cast.patient, where=2)
    (intake,) = export_part(cast.patient.id).data
    (other,) = intake["other_departments"]
    assert (other["who"], other["to"]) == ("patient", factories.department(2))


def test_closing_an_account_keeps_what_a_visit_stands_on(cast):
    factories.visit(cast.patient, where=2)
    factories.intake(cast.patient)
    consultation.forget_account(cast.patient.id)
    assert Override.objects.get().intake == Intake.objects.get()


def test_the_administrator_reads_the_list_by_filters_and_without_whose_words_they_are(cast):
    name = patient_cards([cast.patient.patient_id])[cast.patient.patient_id].name
    words = f"我是{name}，电话是13812345678，咳嗽三天"
    factories.visit(cast.patient, where=2, complaint=words)
    factories.visit(cast.other_patient, where=3)
    browser = Browser(keeper(cast))
    status, page = browser.get("/triage/overrides")
    assert (status, [line["chosen"]["slug"] for line in page["items"]]) == (
        200,
        [factories.department(3), factories.department(2)],
    )
    line = page["items"][1]
    assert "13812345678" not in line["words"]
    assert name not in line["words"]
    assert "咳嗽三天" in line["words"]
    assert "patient_id" not in line
    assert AuditLine.objects.filter(action="triage.read_override").count() == 2
    for query, n in (
        (f"chosen={factories.department(2)}", 1),
        (f"suggested={factories.department(0)}", 2),
        ("who=doctor", 0),
        ("until=2001-01-01", 0),
        ("since=2001-01-01&limit=1", 1),
    ):
        status, page = browser.get(f"/triage/overrides?{query}")
        assert (status, len(page["items"])) == (200, n), query
    assert page["next"]
    status, rest = browser.get(f"/triage/overrides?before={page['next']}")
    assert [line["chosen"]["slug"] for line in rest["items"]] == [factories.department(2)]


def test_the_administrator_takes_the_list_home_as_a_sheet(cast):
    factories.visit(cast.patient, where=2)
    client = Browser(keeper(cast))._client
    answer = client.get("/api/v1/triage/overrides/export?format=csv&locale=en")
    assert answer.status_code == 200
    head, row = answer.content.decode("utf-8-sig").splitlines()
    assert head.startswith("Time,Changed by,Suggested")
    assert ",Patient," in row


@pytest.mark.parametrize("role", ["doctor", "operator", "auditor", "patient"])
def test_nobody_else_reads_it(cast, role):
    viewer = cast.patient.viewer if role == "patient" else staff_viewer(role)
    assert Browser(viewer).get("/triage/overrides")[0] == 403


def test_an_administrator_of_another_house_sees_none_of_it(cast):
    factories.visit(cast.patient, where=2)
    stranger = staff_viewer("administrator", institution_id=None)
    assert Browser(stranger).get("/triage/overrides")[1]["items"] == []


def test_the_rules_of_the_house_name_where_they_come_from(cast):
    factories.intake(cast.patient, outcome="emergency", level="emergency")
    factories.intake(cast.patient)
    status, found = Browser(keeper(cast)).get("/triage/rules")
    assert status == 200
    assert found["stop_rate"] == {"days": 28, "intakes": 2, "stopped": 1}
    kinds = {rule["kind"] for rule in found["rules"]}
    assert "interview" in kinds
    for rule in found["rules"]:
        assert rule["status"] in {"confirmed", "memory", "ours"}
        assert rule["status"] == "ours" or rule["source"]
