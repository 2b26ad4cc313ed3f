"""The operators' room over HTTP: who may, what is wrong with a request, and spreadsheets that do nothing."""

import csv
import io
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from xinglin.care.dispatch import queries, services
from xinglin.care.dispatch.api import exports
from xinglin.care.dispatch.models import Abnormal, Remedy
from xinglin.care.dispatch.queries.board import KEPT, forget_boards
from xinglin.care.dispatch.services import seen
from xinglin.care.dispatch.tests.cast import GP
from xinglin.care.dispatch.tests.operators import active, operator
from xinglin.care.dispatch.tests.test_api import person
from xinglin.care.people.models import Practitioner
from xinglin.foundation.accounts.models import User
from xinglin.foundation.audit.models import AuditLine
from xinglin.kernel import ids
from xinglin.kernel.errors import Unavailable

pytestmark = pytest.mark.django_db
READS = [
    "/dispatch/board",
    "/dispatch/board/terms",
    "/dispatch/board/visits?figure=waiting",
    "/dispatch/board/doctors",
    "/dispatch/abnormal",
    "/dispatch/board/export?what=figures&format=csv",
]
ACTS = {
    "reassign": {"seen": 0, "reason": "waits_long"},
    "extend": {"seen": 0, "reason": "doctor_asked", "minutes": 5},
    "close": {"seen": 0, "reason": "no_doctor"},
    "reminders": {"whom": "patient"},
}


@pytest.fixture(autouse=True)
def _nothing_is_kept():
    forget_boards()
    seen._shown.clear()
    yield
    forget_boards()


@pytest.mark.parametrize("path", READS)
@pytest.mark.parametrize("role", ["patient", "doctor", "auditor"])
def test_only_who_runs_the_hospital_reads_its_board(house, path, role):
    answer = person(role).get(path)
    assert answer.status_code == 403
    assert person("operator").get(path).status_code == 200
    assert person("administrator").get(path).status_code == 200


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("role", ["patient", "doctor", "auditor", "administrator"])
def test_only_an_operator_acts_and_others_learn_of_no_visit(house, act, role):
    there, nowhere = house.visit(), ids.new()
    answers = [
        person(role).post(f"/dispatch/visits/{visit}/{act}", ACTS[act])
        for visit in (there, nowhere)
    ]
    assert {answer.status_code for answer in answers} == {403}
    assert answers[0].content == answers[1].content
    assert not Remedy.objects.exists()


@pytest.mark.parametrize("act", ACTS)
def test_a_visit_of_another_hospital_is_not_there(house, act):
    visit = house.visit(institution_id=ids.new())
    who = person("operator")
    User.objects.filter(roles=["operator"]).update(institution_id=house.institution.id)
    for path in (f"/dispatch/visits/{visit}/{act}", f"/dispatch/visits/{ids.new()}/{act}"):
        assert who.post(path, ACTS[act]).status_code == 404
    assert who.get(f"/dispatch/visits/{visit}").status_code == 404


WRONG = [
    ("reassign", {"seen": -1, "reason": "waits_long"}),
    ("reassign", {"seen": "1", "reason": "waits_long"}),
    ("reassign", {"seen": 2**70, "reason": "waits_long"}),
    ("reassign", {"reason": "waits_long"}),
    ("reassign", {"seen": 0}),
    ("reassign", {"seen": 0, "reason": "waits_long", "practitioner_id": "somebody"}),
    ("extend", {"seen": 0, "reason": "doctor_asked", "minutes": "5"}),
    ("extend", {"seen": 0, "reason": "doctor_asked", "minutes": 10**12}),
    ("extend", {"seen": 0, "reason": "doctor_asked", "minutes": 61}),
    ("close", {"seen": 0, "reason": "x" * 10_000}),
    ("close", {"seen": 0, "reason": "no_doctor", "note": "长" * 201}),
    ("close", {"seen": 0, "reason": "no_doctor", "note": "长" * 100_000}),
    ("reminders", {"whom": None}),
    ("reminders", {"whom": "everybody"}),
]


@pytest.mark.parametrize(("act", "body"), WRONG)
def test_what_is_wrong_is_named_and_nothing_is_done(house, act, body):
    visit = house.visit()
    answer = person("operator").post(f"/dispatch/visits/{visit}/{act}", body)
    assert answer.status_code in {400, 413, 422}, answer.content
    assert {"zh", "en"} == set(answer.json()["text"])
    assert not Remedy.objects.exists()


MORE_WRONG = ["?figure=waiting&practitioner_id=x", f"?figure=waiting&department={'x' * 99}"]


@pytest.mark.parametrize(
    "query",
    ["", "?figure=nothing", "?figure=waiting&limit=0", "?figure=waiting&limit=5000", *MORE_WRONG],
)
def test_a_list_that_there_is_not_is_no_list(house, query):
    assert person("operator").get(f"/dispatch/board/visits{query}").status_code in {400, 422}


@pytest.mark.parametrize("after", ["x", "5.x", "99999999999999.x", "²." + str(UUID(int=1))])
def test_a_place_that_nobody_gave_out_begins_anew(house, after):
    house.on_duty()
    for path in ("/dispatch/board/doctors?", "/dispatch/board/visits?figure=waiting&"):
        assert person("operator").get(f"{path}after={after}").status_code == 200


def test_a_list_leaves_a_line_for_each_visit_once_in_ten_minutes(house):
    who, visits = person("operator"), [house.visit() for _ in range(3)]
    for _ in range(2):
        answer = who.get("/dispatch/board/visits?figure=waiting").json()
        assert [line["id"] for line in answer["items"]] == [str(visit) for visit in visits]
        assert {line["patient"] for line in answer["items"]} == {"林*杏"}
    lines = AuditLine.objects.filter(action="dispatch.list_visits")
    assert sorted(line.thing_id for line in lines) == sorted(visits)
    assert "咳嗽" not in str(answer)


def test_a_remedy_by_the_api_answers_the_course_and_is_told_to_the_second(house):
    who, visit = person("operator"), house.visit()
    before = who.get(f"/dispatch/visits/{visit}").json()["visit"]["step_id"]
    answer = who.post(
        f"/dispatch/visits/{visit}/close", {"seen": before, "reason": "duplicate"}
    ).json()
    assert (answer["visit"]["state"], answer["events"][-1]["reason"]["en"]) == (
        "cancelled",
        "there is another visit about the same problem",
    )
    again = who.post(f"/dispatch/visits/{visit}/extend", ACTS["extend"] | {"seen": before})
    assert (again.status_code, again.json()["code"]) == (409, "someone_was_first")


def test_one_count_serves_all_who_look_in_the_same_moment(house):
    viewers = [operator(house) for _ in range(3)]
    queries.board_now(viewers[0], house.at)
    house.visit()
    with CaptureQueriesContext(connection) as asked:
        shown = [queries.board_now(v, house.at + timedelta(seconds=1)) for v in viewers]
    assert len(asked) == 0
    assert {board.totals.waiting for board in shown} == {0}
    later = queries.board_now(viewers[1], house.at + KEPT)
    assert later.totals.waiting == 1
    assert later.at - house.at <= timedelta(seconds=10)
    house.visit(institution_id=ids.new())
    everywhere = queries.board_now(replace(operator(house), institution_id=None), house.at)
    assert everywhere.totals.waiting == 2  # the count of one hospital is not that of another


def costs(look) -> int:
    look()
    with CaptureQueriesContext(connection) as asked:
        look()
    return len(asked)


def test_lists_ask_the_same_for_many_rows_as_for_few(house):
    viewer = operator(house)

    def more(n: int) -> None:
        for _ in range(n):
            doctor = house.on_duty()
            visit = active(house, doctor)
            Abnormal.objects.create(
                kind="offer_lapsed",
                source=ids.new(),
                institution_id=house.institution.id,
                department=GP,
                consultation_id=visit,
                practitioner_id=doctor,
                due_at=house.at,
                at=house.at,
            )

    def count() -> list[int]:
        return [
            costs(lambda: queries.board_visits(viewer, queries.Asked(figure="active"), house.at)),
            costs(lambda: queries.board_doctors(viewer, queries.Asked(), house.at)),
            costs(lambda: queries.abnormal_events(viewer, queries.Sought())),
        ]

    more(3)
    few = count()
    more(9)
    assert count() == few
    assert max(few) <= 7


def test_the_course_of_a_visit_costs_the_same_however_long_it_is(house):
    viewer, doctor = operator(house), house.on_duty()
    visit = active(house, doctor)

    def look() -> object:
        return queries.visit_course(viewer, visit, house.at)

    few = costs(look)
    for minute in range(6, 60, 6):
        at = house.at + timedelta(minutes=minute)
        services.remind(viewer, visit, whom="doctor", at=at)
    # One more for the name of the operator, whatever the number of reminders.
    assert costs(look) == few + 1
    assert len(look().events) >= 12


def sheet(answer) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


@pytest.mark.parametrize("what", ["figures", "visits", "doctors", "abnormal"])
@pytest.mark.parametrize("locale", ["zh", "en"])
def test_each_list_is_a_spreadsheet_in_either_form_and_language(house, what, locale):
    active(house, house.on_duty())
    who = person("operator")
    path = f"/dispatch/board/export?what={what}&figure=active&locale={locale}"
    plain = who.get(f"{path}&format=csv")
    assert plain.content.startswith(b"\xef\xbb\xbf")
    assert plain["Content-Disposition"].startswith("attachment")
    rows = sheet(plain)
    book = load_workbook(io.BytesIO(who.get(f"{path}&format=xlsx").content))
    cells = [["" if c is None else c for c in row] for row in book.active.values]
    assert cells[0] == rows[0]
    assert len(cells) == len(rows) >= (1 if what == "abnormal" else 2)
    lines = AuditLine.objects.filter(action="dispatch.export_board")
    assert lines.count() == 2
    assert lines.first().detail["what"] == what


@pytest.mark.parametrize("evil", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "=HYPERLINK(1)"])
def test_no_name_is_a_formula_in_a_spreadsheet(house, evil):
    doctor = house.on_duty()
    Practitioner.objects.filter(pk=doctor).update(name_zh=evil, name_en=evil)
    who = person("operator")
    path = "/dispatch/board/export?what=doctors&format="
    (row,) = sheet(who.get(f"{path}csv"))[1:]
    assert row[0][0] not in "=+-@\t"
    assert evil.strip() in row[0]
    book = load_workbook(io.BytesIO(who.get(f"{path}xlsx").content))
    cell = book.active["A2"]
    assert cell.data_type != "f"
    assert cell.value != evil


def test_a_spreadsheet_of_visits_names_nobody_and_leaves_a_line_for_each(house):
    visit = house.visit()
    answer = person("operator").get("/dispatch/board/export?what=visits&figure=waiting&format=csv")
    text = answer.content.decode()
    assert str(visit) in text
    for secret in ("林小杏", "咳嗽"):
        assert secret not in text
    assert AuditLine.objects.get(action="dispatch.export_visits").thing_id == visit


def test_a_spreadsheet_that_failed_is_noted_when_it_succeeds(house, monkeypatch):
    """Not taken for shown a moment ago: the lines of the one that failed were taken back."""
    visit, who = house.visit(), person("operator")
    path = "/dispatch/board/export?what=visits&figure=waiting&format=csv"
    with monkeypatch.context() as broken:
        broken.setattr(exports.sheets, "write", failing)
        assert who.get(path).status_code == 503
    assert not AuditLine.objects.filter(action__startswith="dispatch.export").exists()
    assert who.get(path).status_code == 200
    assert AuditLine.objects.get(action="dispatch.export_visits").thing_id == visit


def failing(*_, **__):
    raise Unavailable


def test_the_board_of_an_operator_without_a_hospital_counts_all(house):
    house.visit(institution_id=ids.new())
    nobodys = replace(operator(house), institution_id=None)
    assert queries.board(nobodys, house.at).totals.waiting == 1
    assert queries.board(operator(house), house.at).totals.waiting == 0
