"""Somebody told of wanting to die: it is on the monitor, and those who watch over the house know."""

from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction

from xinglin.care.dispatch import queries, services
from xinglin.care.dispatch.models import Abnormal
from xinglin.care.dispatch.queries.abnormal import AbnormalLine
from xinglin.care.dispatch.tests.operators import relay
from xinglin.care.people.tests import factories as people
from xinglin.care.people.tests.factories import Browser
from xinglin.care.triage import queries as triage
from xinglin.care.triage.tests.factories import man, opened
from xinglin.foundation.accounts.queries import user_card
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit.queries import accesses_of
from xinglin.foundation.notices.models import Notice
from xinglin.kernel import clock, ids
from xinglin.kernel.errors import NotFound
from xinglin.kernel.text import Text


@pytest.fixture(autouse=True)
def hospital(db):
    people.hospital()


def test_operators_are_paged_once_and_see_it_without_a_word_of_the_patient():
    watching = people.staff_viewer("operator")
    viewer, patient = man()
    intake_id = opened(viewer, patient, "我不想活了")
    relay()
    relay()
    (event,) = queries.abnormal_events(watching, queries.Sought(kind="crisis_told")).items
    assert (event.intake_id, event.consultation_id, event.doctor) == (intake_id, None, None)
    told = Notice.objects.get(user_id=watching.user_id, kind="crisis_told")
    assert told.link == "/staff/monitor?kind=crisis_told"
    assert not Notice.objects.filter(user_id=viewer.user_id).exists()
    assert Abnormal.objects.filter(kind="crisis_told").count() == 1


def test_the_operator_reads_whom_to_call_and_the_reading_is_audited():
    viewer, patient = man()
    crisis, calm = opened(viewer, patient, "我不想活了"), opened(viewer, patient)
    browser = Browser(people.staff_viewer("operator"))
    status, contact = browser.get(f"/intakes/{crisis}/crisis-contact")
    assert (status, contact["patient"], contact["number"]) == (200, patient.name, "120")
    assert "不想活" not in str(contact)
    assert accesses_of(patient.id)[0].action == "triage.read_crisis"
    assert browser.get(f"/intakes/{calm}/crisis-contact")[0] == 404
    assert Browser(viewer).get(f"/intakes/{crisis}/crisis-contact")[0] == 403
    assert Browser(people.doctor()[0]).get(f"/intakes/{crisis}/crisis-contact")[0] == 403


def test_the_operator_of_another_hospital_finds_nothing():
    viewer, patient = man()
    crisis = opened(viewer, patient, "我不想活了")
    elsewhere = replace(people.staff_viewer("operator"), institution_id=ids.new())
    with pytest.raises(NotFound):
        triage.crisis_contact(elsewhere, crisis)


def test_nobody_can_be_reminded_of_it_by_mistake():
    watching = people.staff_viewer("operator")
    viewer, patient = man()
    opened(viewer, patient, "我不想活了")
    relay()
    ids = list(Abnormal.objects.values_list("pk", flat=True))
    assert services.remind_many(watching, ids, at=clock.now()) == (0, 1)
    assert Abnormal.objects.get().reminded_at is None


def told(watching: Viewer) -> AbnormalLine:
    viewer, patient = man()
    opened(viewer, patient, "我不想活了")
    relay()
    return queries.abnormal_events(watching, queries.Sought(kind="crisis_told")).items[0]


def test_who_has_called_says_so_and_it_leaves_what_is_to_be_done_and_stays_in_the_history():
    watching = people.staff_viewer("operator")
    event = told(watching)
    browser = Browser(watching)
    status, line = browser.post(
        f"/dispatch/abnormal/{event.id}/acknowledgement", {"note": " 已通话，家人在身边 "}
    )
    assert (status, line["note"]) == (200, "已通话，家人在身边")
    assert line["settled_at"]
    assert line["settled_by"]["zh"]
    sought = queries.Sought(kind="crisis_told", unsettled=True)
    assert queries.abnormal_events(watching, sought).items == ()
    (kept,) = queries.abnormal_events(watching, queries.Sought(kind="crisis_told")).items
    assert (kept.note, kept.settled_by) == ("已通话，家人在身边", line_name(watching))
    (line, *_) = accesses_of(triage.intake_for_visit(event.intake_id).patient_id)
    assert line.action == "dispatch.acknowledge_crisis"
    assert "家人" not in str(line.detail)


def line_name(viewer: Viewer) -> Text:
    name = user_card(viewer.user_id).display_name
    return Text(name, name)


def test_sent_twice_it_is_acknowledged_once_and_another_operator_learns_who_was_first():
    watching, other = people.staff_viewer("operator"), people.staff_viewer("operator")
    event = told(watching)
    path = f"/dispatch/abnormal/{event.id}/acknowledgement"
    first = Browser(watching).post(path, {"note": "没有接听，已联系家属"})
    again = Browser(watching).post(path, {"note": "没有接听，已联系家属"})
    assert (first[0], again) == (200, first)
    status, problem = Browser(other).post(path, {"note": "我来打"})
    assert (status, problem["code"]) == (409, "someone_was_first")
    assert Abnormal.objects.get().note == "没有接听，已联系家属"


@pytest.mark.parametrize("note", ["", "  ", "话" * 201])
def test_an_acknowledgement_says_in_a_few_words_what_was_done(note):
    watching = people.staff_viewer("operator")
    event = told(watching)
    status, problem = Browser(watching).post(
        f"/dispatch/abnormal/{event.id}/acknowledgement", {"note": note}
    )
    assert (status, problem["errors"][0]["field"]) == (422, "note")
    assert Abnormal.objects.get().settled_at is None


def test_only_those_who_watch_over_this_hospital_acknowledge_and_only_a_crisis():
    watching = people.staff_viewer("operator")
    event = told(watching)
    path = f"/dispatch/abnormal/{event.id}/acknowledgement"
    assert Browser(people.doctor()[0]).post(path, {"note": "x"})[0] == 403
    elsewhere = replace(watching, institution_id=ids.new())
    with pytest.raises(NotFound):
        services.acknowledge_crisis(elsewhere, event.id, note="x", at=clock.now())
    Abnormal.objects.update(kind="no_doctor")
    assert Browser(watching).post(path, {"note": "x"})[0] == 404
    assert (
        Browser(watching).post(f"/dispatch/abnormal/{ids.new()}/acknowledgement", {"note": "x"})[0]
        == 404
    )


def test_nothing_names_who_acknowledged_what_is_still_open():
    told(people.staff_viewer("operator"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Abnormal.objects.update(settled_by=ids.new())
