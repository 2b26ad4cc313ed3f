"""A doctor's papers: handed in, checked by one person, approved by another (A06)."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from xinglin.care.people import queries, services
from xinglin.care.people.lifecycle import APPLICATION
from xinglin.care.people.models import Application, ApplicationStep, Licence, Practitioner
from xinglin.care.people.services.licences import lapse_applications
from xinglin.care.people.tests import papers
from xinglin.care.people.tests.factories import (
    as_viewer,
    hospital,
    id_number,
    patient_viewer,
    staff_viewer,
)
from xinglin.foundation.audit.queries import lines
from xinglin.foundation.notices.models import Notice
from xinglin.kernel import clock, ids
from xinglin.kernel.errors import Conflict, Forbidden, IllegalStep, Invalid, NotFound, RuleRefused


@pytest.fixture(autouse=True)
def house(db):
    return hospital()


@pytest.fixture
def checker(house):
    return staff_viewer("operator", institution_id=house.id)


@pytest.fixture
def approver(house):
    return staff_viewer("administrator", institution_id=house.id)


def row(application) -> Application:
    return Application.objects.get(pk=application)


def test_two_people_make_a_doctor_and_the_approval_names_them_the_evidence_and_the_day(
    checker, approver
):
    who, application = papers.handed_in()
    papers.check(checker, application)
    employed = papers.approve(approver, application)
    found = row(application)
    assert (found.checked_by, found.approved_by) == (checker.user_id, approver.user_id)
    assert found.approved_hash == papers.seen(application)
    assert found.approved_at is not None
    card = queries.practitioner(employed)
    assert (card.user_id, card.name.zh, card.departments) == (
        who.user_id,
        "沈听澜",
        ("cardiology",),
    )
    licence = Licence.objects.get(practitioner_id=employed)
    assert (licence.filing_number, licence.application_id) == ("BA-2026-1", application)
    after = as_viewer(who.user_id)
    assert "doctor" in after.roles
    assert lines(action="people.approve_application")[0].detail["evidence"] == found.approved_hash
    assert Notice.objects.filter(user_id=who.user_id, kind="application_approved").count() == 1


def test_who_has_checked_does_not_approve_and_nobody_answers_the_own(approver, house):
    _, application = papers.handed_in()
    papers.check(approver, application)
    with pytest.raises(Conflict) as told:
        papers.approve(approver, application)
    assert told.value.code == "checked_by_you"
    own, mine = papers.handed_in(staff_viewer("administrator", institution_id=house.id))
    with pytest.raises(Forbidden):
        papers.check(own, mine)


def test_the_database_itself_knows_no_approval_by_one(checker):
    _, application = papers.handed_in()
    papers.check(checker, application)
    with pytest.raises(DatabaseError), transaction.atomic():
        Application.objects.filter(pk=application).update(approved_by=checker.user_id)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"independent_since": date(2024, 6, 1)}, "R14"),
        ({"hospital_consented": False}, "R14"),
        ({"licence_until": date(2026, 1, 31)}, "R15"),
        ({"multi_site_filed": False}, "R17"),
        ({"filed_until": date(2026, 1, 31)}, "R17"),
    ],
    ids=["under three years", "no consent", "ended", "not filed", "filing ended"],
)
def test_a06_2_policy_refuses_the_approval_and_names_its_rule(changes, rule, checker, approver):
    with clock.frozen(clock.now().replace(year=2026, month=11, day=28)):
        _, application = papers.handed_in(**changes)
        told = services.open_application(checker, application, clock.now())
        assert rule in {r.rule_id for r in told.objections}
        papers.check(checker, application)
        with pytest.raises(RuleRefused) as refused:
            papers.approve(approver, application)
        found = next(r for r in refused.value.refusals if r.rule_id == rule)
        assert found.text.zh
        assert found.text.en
        assert row(application).state == "checked"
        assert not Practitioner.objects.exists()


def test_three_years_to_the_day_are_enough(checker, approver):
    today = clock.now().date()
    _, application = papers.handed_in(independent_since=today.replace(year=today.year - 3))
    papers.check(checker, application)
    assert papers.approve(approver, application)


def test_what_is_missing_is_named_field_by_field():
    who, application = papers.draft(licence_number=" ", files=[], id_number="")
    with pytest.raises(Invalid) as told:
        papers.submit(who, application)
    assert {
        "licence_number",
        "id_number",
        "files.identity",
        "files.licence",
        "files.consent",
        "files.filing",
    } <= {e.field for e in told.value.errors}
    assert row(application).state == "draft"


def test_who_is_registered_here_shows_no_filing():
    who, application = papers.draft(registered_here=True, multi_site_filed=False)
    view = queries.own_application(who, application, clock.now())
    assert not view.missing


def test_returned_with_reasons_it_is_corrected_and_what_changed_is_shown(checker):
    who, application = papers.handed_in()
    services.return_application(
        checker, application, reason="执业证书看不清，请重拍", at=clock.now()
    )
    view = queries.own_application(who, application, clock.now())
    assert (view.state, view.reason) == ("returned", "执业证书看不清，请重拍")
    assert Notice.objects.filter(user_id=who.user_id, kind="application_returned").count() == 1
    papers.save(who, application, licence_number="110000000000002", files=papers.evidence(who))
    papers.submit(who, application)
    told = services.open_application(checker, application, clock.now()).differences
    changed = {d.field: (d.before, d.after) for d in told}
    assert changed["licence_number"] == ("110000000000001", "110000000000002")
    assert "files" in changed


def test_a_return_or_a_refusal_says_why(checker):
    _, application = papers.handed_in()
    for act in (services.return_application, services.refuse_application):
        with pytest.raises(Invalid):
            act(checker, application, reason=" 不行 ", at=clock.now())
    services.refuse_application(checker, application, reason="证书与身份不符", at=clock.now())
    assert row(application).state == "refused"


def test_papers_changed_after_the_check_are_checked_anew(checker, approver):
    who, application = papers.handed_in()
    papers.check(checker, application)
    before = papers.seen(application)
    papers.save(who, application, files=papers.evidence(who))
    found = row(application)
    assert (found.state, found.checked_by) == ("submitted", None)
    with pytest.raises(IllegalStep):
        services.approve_application(approver, application, evidence_hash=before, at=clock.now())
    with pytest.raises(Conflict) as told:
        services.check_application(checker, application, evidence_hash=before, at=clock.now())
    assert told.value.code == "evidence_changed"


def test_what_is_handed_in_stays_complete():
    who, application = papers.handed_in()
    with pytest.raises(Invalid):
        papers.save(who, application, licence_number="")
    assert row(application).form["licence_number"]


def test_the_hash_is_of_form_identity_and_files():
    who, application = papers.draft()
    first = papers.seen(application)
    files = [(f.file_id, f.kind) for f in row(application).files.order_by("position")]
    number = id_number(papers.BORN)
    papers.save(who, application, files=files, id_number=number)
    second = papers.seen(application)
    assert second != first, "another identity"
    papers.save(who, application, files=files, id_number=number)
    assert papers.seen(application) == second
    papers.save(who, application, files=files[::-1], id_number=number)
    assert papers.seen(application) != second


def test_two_tabs_do_not_write_over_each_other():
    who, application = papers.draft()
    told = {"form": papers.form(), "id_number": None, "evidence": []}
    with pytest.raises(Conflict) as caught:
        services.save_application(who, application, **told, revision=0, at=clock.now())
    assert caught.value.code == "application_moved"


def test_a_file_of_somebody_else_is_no_evidence():
    who, application = papers.draft()
    other = patient_viewer()
    for files in (papers.evidence(other, "licence"), [(papers.picture(who), "poetry")]):
        with pytest.raises(Invalid):
            papers.save(who, application, files=files)


@pytest.mark.parametrize("kind", ["voice", "sheet"])
def test_evidence_is_a_picture_or_a_document_and_nothing_that_was_not_looked_into(kind):
    who, application = papers.draft()
    with pytest.raises(Invalid) as told:
        papers.save(who, application, files=[(papers.picture(who, kind=kind), "licence")])
    assert [e.field for e in told.value.errors] == ["files"]


def test_an_application_of_another_is_not_there(checker):
    who, application = papers.handed_in()
    stranger = patient_viewer()
    far = staff_viewer("operator", institution_id=ids.new())
    at = clock.now()
    for act in (
        lambda: queries.own_application(stranger, application, at),
        lambda: services.withdraw_application(stranger, application, at=at),
        lambda: services.open_application(far, application, at),
        lambda: services.open_application(checker, ids.new(), at),
        lambda: papers.check(far, application),
    ):
        with pytest.raises(NotFound):
            act()
    assert queries.own_application(who, application, at)


def test_a_draft_is_nobodys_business(checker):
    _, application = papers.draft()
    with pytest.raises(NotFound):
        services.open_application(checker, application, clock.now())
    page, _ = queries.application_page(
        checker, clock.now(), state="submitted", before=None, limit=20
    )
    assert page == []


def test_a_withdrawn_application_is_not_approved_and_a_new_one_begins_with_what_was_written(
    checker, approver
):
    who, application = papers.handed_in()
    papers.check(checker, application)
    services.withdraw_application(who, application, at=clock.now())
    with pytest.raises(IllegalStep):
        papers.approve(approver, application)
    again = services.begin_application(who, institution_id=None, at=clock.now())
    view = queries.own_application(who, again, clock.now())
    assert again != application
    assert (view.form.name_zh, view.files) == ("沈听澜", ())


def test_begun_twice_it_is_begun_once():
    who = patient_viewer()
    first = services.begin_application(who, institution_id=None, at=clock.now())
    assert services.begin_application(who, institution_id=None, at=clock.now()) == first


def test_one_identity_is_one_doctor(checker, approver):
    number = id_number(papers.BORN)
    _, first = papers.handed_in(id_number=number)
    _, second = papers.handed_in(id_number=number)
    for application in (first, second):
        papers.check(checker, application)
    papers.approve(approver, first)
    with pytest.raises(Conflict) as told:
        papers.approve(approver, second)
    assert told.value.code == "identity_employed"


def test_the_number_is_sealed_and_shown_in_full_only_to_who_compares_it(checker):
    number = id_number(papers.BORN)
    who, application = papers.handed_in(id_number=number)
    assert number.encode() not in bytes(row(application).id_number_sealed)
    mine = queries.own_application(who, application, clock.now())
    assert mine.id_number == "*" * 14 + number[-4:]
    assert services.open_application(checker, application, clock.now()).id_number == number
    steps = ApplicationStep.objects.filter(application_id=application)
    assert number not in str([s.form for s in steps])


def test_every_reading_of_papers_is_written_down(checker):
    _, application = papers.handed_in()
    file_id = row(application).files.first().file_id
    services.open_application(checker, application, clock.now())
    services.open_evidence(checker, application, file_id)
    assert lines(actor=checker.user_id, action="people.read_application")
    assert lines(actor=checker.user_id, action="people.read_evidence")[0].detail == {
        "file_id": str(file_id)
    }
    with pytest.raises(NotFound):
        services.open_evidence(checker, application, ids.new())


def test_a_step_stands_and_only_what_it_showed_is_forgotten_with_the_account():
    who, application = papers.handed_in()
    step = ApplicationStep.objects.get(application_id=application, step="submit")
    with pytest.raises(DatabaseError), transaction.atomic():
        ApplicationStep.objects.filter(pk=step.pk).update(reason="x")
    with pytest.raises(DatabaseError), transaction.atomic():
        step.delete()
    from xinglin.care.people.services.applying import forget_applications

    forget_applications(who.user_id, clock.now())
    found = row(application)
    assert (found.state, found.form, bytes(found.id_number_sealed)) == ("withdrawn", {}, b"")
    step.refresh_from_db()
    assert (step.form, step.step) == (None, "submit")


@pytest.mark.parametrize("state", ["draft", "returned"])
def test_what_nobody_goes_on_with_lapses(state, checker):
    _, application = papers.handed_in() if state == "returned" else papers.draft()
    if state == "returned":
        services.return_application(checker, application, reason="请补充材料", at=clock.now())
    since = row(application).since
    after = next(d.after for d in APPLICATION.deadlines if d.state == state)
    assert lapse_applications(since + after - timedelta(seconds=1)) == 0
    assert lapse_applications(since + after) == 1
    assert row(application).state == "lapsed"


def test_the_house_sees_what_is_overdue(checker):
    _, application = papers.handed_in()
    soon, late = (row(application).since + timedelta(days=d) for d in (2, 4))
    for at, overdue in ((soon, False), (late, True)):
        page, _ = queries.application_page(checker, at, state="submitted", before=None, limit=5)
        assert [line.overdue for line in page] == [overdue]
