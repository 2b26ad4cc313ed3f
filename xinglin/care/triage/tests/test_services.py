"""What happens to an intake, on the real database."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, connection, connections, transaction

from xinglin.care.people.tests import factories as people
from xinglin.care.triage import queries, services
from xinglin.care.triage.models import Intake
from xinglin.care.triage.permissions import check_own, own_can
from xinglin.care.triage.tests.factories import ANSWERS, answered, man, opened
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit.queries import accesses_of
from xinglin.foundation.media.models import File
from xinglin.kernel import clock, ids
from xinglin.kernel.errors import Conflict, Invalid, NotFound

DANGER = "胸口疼得厉害，一直出冷汗"


@pytest.fixture(autouse=True)
def house(db):
    people.hospital()


def picture_of(viewer: Viewer) -> object:
    return File.objects.create(
        owner_id=viewer.user_id, width=1, height=1, bytes=1, sha256=b"", uploaded_at=clock.now()
    ).pk


def actions(patient_id) -> list[str]:
    return [line.action for line in accesses_of(patient_id) if line.action.startswith("triage.")][
        ::-1
    ]


def test_a_complaint_gets_a_department_and_an_interview():
    viewer, patient = man()
    own = queries.own_intake(viewer, opened(viewer, patient, "咳嗽三天，有黄痰"))
    assert own.outcome == "interview"
    assert own.suggestion.department == "respiratory"
    assert own.suggestion.name.zh == "呼吸内科"
    assert "咳" in own.suggestion.why.zh
    asked = [q.link_id for q in own.questions]
    assert asked.index("duration") < asked.index("cough_with") < asked.index("allergies")
    assert own.interview.en == "Cough"
    assert own.suggestion.ranked[0].department == "respiratory"
    assert own.urgency is None
    assert (own.emergency, own.red_flags) == (None, ())


def test_danger_ends_it_before_anything_is_asked():
    viewer, patient = man()
    own = queries.own_intake(viewer, opened(viewer, patient, DANGER))
    assert own.outcome == "emergency"
    assert own.emergency.number == "120"
    assert "120" in own.emergency.text.en
    assert [flag.id for flag in own.red_flags] == ["chest_pain"]
    assert "120" in own.red_flags[0].advice.zh
    assert "2021" in own.red_flags[0].source
    assert (own.questions, own.suggestion) == ((), None)


def test_an_emergency_is_audited_by_the_names_of_its_flags_and_never_by_words():
    viewer, patient = man()
    opened(viewer, patient, DANGER)
    assert actions(patient.id) == ["triage.open_intake", "triage.emergency_shown"]
    line = accesses_of(patient.id)[0]
    assert line.detail == {"red_flags": ["chest_pain"]}


def test_the_number_is_that_of_the_place():
    viewer, patient = man()
    intake_id = opened(viewer, patient, DANGER)
    people.services.found_institution(
        code="hospital", name=people.Text("测试", "Test"), licence_number="PDY-1", place="india"
    )
    assert queries.own_intake(viewer, intake_id).emergency.number == "112"


def test_who_does_not_want_to_live_reads_a_line_to_call_and_that_nobody_checked_it():
    viewer, patient = man()
    own = queries.own_intake(viewer, opened(viewer, patient, "我不想活了")).emergency
    assert (own.number, own.crisis) == ("120", True)
    assert [(line.number, line.verified) for line in own.lines] == [
        ("12356", False),
        ("12320-5", False),
    ]
    assert queries.own_intake(viewer, opened(viewer, patient, DANGER)).emergency.lines == ()


def test_the_line_is_that_of_the_place_and_the_day():
    lines = queries.crisis_lines
    assert [line.number for line in lines("india", clock.now())] == ["14416"]
    before = clock.now().replace(year=2024, month=12, day=30)
    assert [line.number for line in lines("cn", before)] == ["12320-5"]


def test_another_language_is_told_in_itself_and_with_the_number_of_the_place():
    viewer, patient = man()
    people.services.found_institution(
        code="hospital", name=people.Text("测试", "Test"), licence_number="PDY-1", place="india"
    )
    intake_id = opened(viewer, patient, "je n'arrive pas à respirer")
    own = queries.own_intake(viewer, intake_id)
    assert own.outcome == "emergency"
    assert own.red_flags[0].text.en.startswith("Nous ne lisons que le chinois et l'anglais.")
    assert "appelez le 112" in own.red_flags[0].text.zh


def test_abuse_pages_nobody():
    viewer, patient = man()
    own = queries.own_intake(viewer, opened(viewer, patient, "傻逼医生去死吧"))
    assert (own.outcome, own.suggestion.department, own.suggestion.sure) == (
        "interview",
        "general_practice",
        False,
    )


def test_answers_make_it_ready_for_a_visit():
    viewer, patient = man()
    intake_id = opened(viewer, patient)
    answered(viewer, intake_id, allergies="yes", allergies_which="青霉素", medicines="none")
    card = queries.intake_for_visit(intake_id)
    assert (card.outcome, card.urgency, card.suggested) == ("ready", 4, "ent")
    assert (card.allergies, card.medicines, card.past_illness) == ("青霉素", "无", "无")
    assert card.level == "self_care"
    assert (card.pregnancy, card.duration) == (None, "2到7天")
    assert (card.holder_id, card.patient_id) == (viewer.user_id, patient.id)
    assert {"question", "answer"} == set(card.summary[0])
    assert actions(patient.id) == ["triage.open_intake", "triage.answer_intake"]


def test_what_is_hard_to_bear_is_seen_soon():
    viewer, patient = man()
    intake_id = opened(viewer, patient)
    answered(viewer, intake_id, severity="severe")
    assert queries.intake_for_visit(intake_id).urgency == 2


@pytest.mark.parametrize(
    "told",
    [
        {"more": "刚才开始胸痛，出了一身冷汗"},
        {"medicines": "yes", "medicines_which": "昨晚吃了一瓶安眠药"},
    ],
)
def test_danger_in_the_answers_ends_it_as_well(told):
    viewer, patient = man()
    intake_id = opened(viewer, patient)
    answered(viewer, intake_id, **told)
    assert queries.intake_for_visit(intake_id).outcome == "emergency"
    assert actions(patient.id)[-1] == "triage.emergency_shown"


def test_a_chosen_answer_and_the_complaint_are_one_statement():
    viewer = people.patient_viewer()
    patient = people.register(viewer)
    intake_id = opened(viewer, patient, "下面流血了，小肚子坠")
    answered(viewer, intake_id, pregnancy="yes")
    assert [f.id for f in queries.own_intake(viewer, intake_id).red_flags] == ["pregnancy_bleeding"]


def test_danger_counts_although_other_answers_are_missing():
    viewer, patient = man()
    intake_id = opened(viewer, patient)
    services.answer_intake(viewer, intake_id, answers={"more": DANGER}, at=clock.now())
    assert Intake.objects.get(pk=intake_id).answers == {"more": DANGER}


def test_wrong_answers_change_nothing():
    viewer, patient = man()
    intake_id = opened(viewer, patient)
    with pytest.raises(Invalid):
        services.answer_intake(viewer, intake_id, answers={"duration": "today"}, at=clock.now())
    row = Intake.objects.get(pk=intake_id)
    assert (row.outcome, row.answers, row.answered_at) == ("interview", {}, None)


def test_the_same_answers_again_are_no_harm_and_others_are_refused():
    viewer, patient = man()
    intake_id = opened(viewer, patient)
    answered(viewer, intake_id)
    answered(viewer, intake_id)
    assert actions(patient.id).count("triage.answer_intake") == 1
    with pytest.raises(Conflict) as caught:
        answered(viewer, intake_id, severity="severe")
    assert caught.value.code == "intake_answered"


def test_nothing_is_answered_after_an_emergency():
    viewer, patient = man()
    intake_id = opened(viewer, patient, DANGER)
    with pytest.raises(Conflict) as caught:
        answered(viewer, intake_id)
    assert caught.value.code == "emergency"
    assert queries.intake_for_visit(intake_id).outcome == "emergency"


def test_a_baby_of_two_months_with_a_fever_is_an_emergency_and_a_child_of_two_years_is_not():
    viewer = people.patient_viewer()
    people.register(viewer)
    today = clock.now().date()
    baby = people.register(
        viewer, name="林一", born=today.replace(day=1), sex="male", relation="child"
    )
    child = people.register(viewer, name="林二", born=people.BOY, sex="male", relation="child")
    words = "昨晚发烧38.6度"
    assert queries.own_intake(viewer, opened(viewer, baby, words)).outcome == "emergency"
    own = queries.own_intake(viewer, opened(viewer, child, words))
    assert (own.outcome, own.suggestion.department) == ("interview", "paediatrics")


@pytest.mark.parametrize(
    ("complaint", "field"),
    [("", "complaint"), (" \x00\n", "complaint"), ("痛" * 2001, "complaint")],
)
def test_a_complaint_has_one_to_2000_characters(complaint, field):
    viewer, patient = man()
    with pytest.raises(Invalid) as caught:
        opened(viewer, patient, complaint)
    assert [e.field for e in caught.value.errors] == [field]


def test_2000_characters_and_nine_pictures_are_taken():
    viewer, patient = man()
    pictures = [picture_of(viewer) for _ in range(9)]
    told = services.open_intake(
        viewer, patient_id=patient.id, complaint="痒" * 2000, picture_ids=pictures, at=clock.now()
    )
    assert list(queries.intake_for_visit(told.id).picture_ids) == pictures


def test_ten_pictures_somebody_elses_and_none_at_all_are_refused():
    viewer, patient = man()
    other = people.patient_viewer()
    for pictures in ([picture_of(viewer) for _ in range(10)], [picture_of(other)], [ids.new()]):
        with pytest.raises(Invalid) as caught:
            services.open_intake(
                viewer,
                patient_id=patient.id,
                complaint="痒",
                picture_ids=pictures,
                at=clock.now(),
            )
        assert [e.field for e in caught.value.errors] == ["picture_ids"]


def test_nothing_is_taken_down_without_consent():
    viewer = people.patient_viewer(agreed=False)
    patient = people.register(viewer)
    with pytest.raises(Conflict) as caught:
        opened(viewer, patient)
    assert caught.value.code == "consent_required"
    assert not Intake.objects.exists()


def test_a_stranger_neither_opens_reads_nor_answers():
    viewer, patient = man()
    intake_id = opened(viewer, patient)
    stranger = people.patient_viewer()
    for act in (
        lambda: opened(stranger, patient),
        lambda: queries.own_intake(stranger, intake_id),
        lambda: answered(stranger, intake_id),
        lambda: queries.own_intake(viewer, ids.new()),
        lambda: queries.intake_for_visit(ids.new()),
        lambda: answered(viewer, ids.new()),
    ):
        with pytest.raises(NotFound):
            act()
    assert Intake.objects.get().answers == {}


@pytest.mark.parametrize(
    "change",
    [
        {"outcome": "done"},
        {"outcome": "emergency"},
        {"red_flags": [{"id": "stroke"}]},
        {"outcome": "ready"},
    ],
    ids=str,
)
def test_the_table_itself_refuses_what_cannot_be(change):
    viewer, patient = man()
    intake_id = opened(viewer, patient)
    with pytest.raises(DatabaseError), transaction.atomic():
        Intake.objects.filter(pk=intake_id).update(**change)


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_once_the_first_stands():
    viewer, patient = man()
    intake_id = opened(viewer, patient)

    def answer_mildly() -> str:
        try:
            answered(viewer, intake_id, severity="mild")
        except Conflict as error:
            return error.code
        finally:
            connections.close_all()
        return "taken"

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            answered(viewer, intake_id, severity="severe")
            second = pool.submit(answer_mildly)
            until_somebody_waits()
        assert second.result() == "intake_answered"
    assert Intake.objects.get(pk=intake_id).answers == ANSWERS | {"severity": "severe"}


def until_somebody_waits() -> None:
    """For a lock of this test's database; gives up after 10 s of the database's clock."""
    with connection.cursor() as cursor:
        cursor.execute("select clock_timestamp() + interval '10 s'")
        (deadline,) = cursor.fetchone()
        while True:
            cursor.execute(
                "select count(*) filter (where wait_event_type = 'Lock'), clock_timestamp()"
                " from pg_stat_activity where datname = current_database()"
            )
            waiting, at = cursor.fetchone()
            if waiting:
                return
            assert at < deadline, "nobody waited"


def test_an_intake_belongs_to_the_account_that_told_it():
    viewer, patient = man()
    row = Intake.objects.get(pk=opened(viewer, patient))
    check_own(viewer, row)
    for other in (people.patient_viewer(), people.staff_viewer("doctor")):
        assert not own_can(other, row)
        with pytest.raises(NotFound):
            check_own(other, row)
