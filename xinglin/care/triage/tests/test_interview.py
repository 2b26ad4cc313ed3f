"""The interview asks whom it concerns, refuses what is no answer, and reads well for the doctor."""

import pytest

from xinglin.care.triage.rules import interview, interviews
from xinglin.care.triage.rules.interview import Question
from xinglin.care.triage.rules.red_flags import Passage
from xinglin.care.triage.tests.factories import ANSWERS
from xinglin.kernel.errors import Invalid
from xinglin.kernel.text import Text

ALL = interviews.general().questions
WOMAN = interview.asked_of(ALL, sex="female", age_years=30)
MAN = interview.asked_of(ALL, sex="male", age_years=30)


def wrong_fields(answers: dict, questions: tuple[Question, ...] = MAN) -> set[str]:
    with pytest.raises(Invalid) as caught:
        interview.checked(questions, answers)
    return {error.field for error in caught.value.errors}


def lines(answers: dict) -> dict[str, str]:
    return {
        line["question"].zh: line["answer"].zh
        for line in interview.summary(ALL, interview.checked(WOMAN, answers))
    }


@pytest.mark.parametrize(
    ("sex", "age", "asked"),
    [
        ("female", 11, False),
        ("female", 12, True),
        ("female", 55, True),
        ("female", 56, False),
        ("male", 30, False),
        ("unknown", 30, True),
    ],
)
def test_pregnancy_is_asked_of_women_from_12_to_55(sex, age, asked):
    ids = {q.link_id for q in interview.asked_of(ALL, sex=sex, age_years=age)}
    assert ("pregnancy" in ids) is asked


def test_the_least_that_answers_it():
    assert interview.checked(MAN, ANSWERS) == ANSWERS


def test_every_missing_answer_is_named_at_once():
    assert wrong_fields({}) == {
        "answers.duration",
        "answers.severity",
        "answers.allergies",
        "answers.medicines",
        "answers.past_illness",
    }


def test_a_blank_is_no_answer():
    answers = ANSWERS | {"allergies": "yes", "allergies_which": "  \x00 ", "past_illness": []}
    assert wrong_fields(answers) == {"answers.allergies_which", "answers.past_illness"}


@pytest.mark.parametrize(
    ("link_id", "answer"),
    [
        ("duration", "forever"),
        ("duration", ["today"]),
        ("severity", True),
        ("past_illness", "none"),
        ("past_illness", ["none", "diabetes"]),
        ("past_illness", ["diabetes", "diabetes"]),
        ("past_illness", ["measles"]),
        ("past_illness", [1]),
        ("more", 7),
        ("more", "长" * 501),
        ("shoe_size", "42"),
        ("pregnancy", "yes"),
    ],
)
def test_what_is_no_answer_is_refused_by_name(link_id, answer):
    assert wrong_fields(ANSWERS | {link_id: answer}) == {f"answers.{link_id}"}


def test_500_characters_may_be_written():
    assert interview.checked(MAN, ANSWERS | {"more": "长" * 500})["more"] == "长" * 500


def test_an_answer_to_a_question_that_is_not_asked_is_left():
    answers = ANSWERS | {"allergies": "none", "allergies_which": "青霉素"}
    assert "allergies_which" not in interview.checked(MAN, answers)


def test_a_question_behind_one_of_several_choices_is_asked():
    assert wrong_fields(ANSWERS | {"past_illness": ["diabetes", "other"]}) == {
        "answers.past_illness_which"
    }


def test_the_doctor_reads_a_line_for_each_question_in_the_patients_words():
    told = lines(
        {
            "duration": "d2_7",
            "severity": "moderate",
            "allergies": "yes",
            "allergies_which": " 青霉素，起疹子 ",
            "medicines": "none",
            "pregnancy": "no",
            "past_illness": ["diabetes", "other"],
            "past_illness_which": "甲亢",
            "more": "怕冷",
        }
    )
    assert told == {
        "病程": "2到7天",
        "程度": "有些影响，还能坚持",
        "过敏": "青霉素，起疹子",
        "用药": "无",
        "妊娠、哺乳": "否",
        "既往": "糖尿病、甲亢",
        "补充": "怕冷",
    }


def test_the_summary_is_there_in_both_languages():
    answers = interview.checked(MAN, ANSWERS | {"past_illness": ["heart", "kidney"]})
    english = {line["question"].en: line["answer"].en for line in interview.summary(MAN, answers)}
    assert english["Past illness"] == "Heart disease, Kidney disease"
    assert english["Allergies"] == "None"


def test_what_was_not_asked_is_not_told():
    assert interview.told(ALL, {}, "pregnancy") is None
    assert interview.told(ALL, {"shoe_size": "42"}, "shoe_size") is None


def test_yes_and_no_can_be_asked_too():
    smokes = Question(
        link_id="smokes",
        type="boolean",
        text=Text("吸烟吗？", "Do you smoke?"),
        label=Text("吸烟", "Smoking"),
        required=True,
    )
    assert interview.checked((smokes,), {"smokes": False}) == {"smokes": False}
    assert wrong_fields({"smokes": "no"}, (smokes,)) == {"answers.smokes"}
    assert interview.told((smokes,), {"smokes": False}, "smokes") == Text("否", "No")


def test_an_interview_cut_short_keeps_what_is_right():
    kept = interview.plausible(MAN, {"duration": "today", "severity": 9, "more": "胸痛"})
    assert kept == {"duration": "today", "more": "胸痛"}


def test_danger_is_looked_for_in_what_was_written_and_chosen_even_when_it_is_wrong():
    answers = {
        "more": "胸痛",
        "allergies_which": "青霉素",
        "duration": 3,
        "past_illness": ["heart"],
    }
    assert set(interview.passages(ALL, answers)) == {
        Passage("胸痛"),
        Passage("青霉素", of_the_past=True),
    }
    wrong = {"past_illness": ["heart", "?"], "duration": 3}
    assert interview.understood(ALL, wrong) == {"past_illness": ["heart"]}
    assert interview.plausible(ALL, wrong) == {}
