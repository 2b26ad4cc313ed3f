"""What the interview says of the record, and what it does not."""

from xinglin.care.consultation import rules
from xinglin.care.consultation.services.prefill import prefill
from xinglin.care.triage.types import IntakeCard
from xinglin.kernel import ids
from xinglin.kernel.text import Text


def told(**what: object) -> dict[str, str]:
    values = {"complaint": "咳嗽三天\n晚上更重", "outcome": "ready", "suggested": "pulmonology"}
    return prefill(
        IntakeCard(id=ids.new(), holder_id=ids.new(), patient_id=ids.new(), **(values | what))
    )


def test_the_patients_words_come_into_their_fields():
    fields = told(
        allergies="青霉素",
        past_illness="高血压",
        duration="三天",
        medicines="布洛芬",
        pregnancy="否",
    )
    assert fields == {
        "chief_complaint": "咳嗽三天 晚上更重",
        "present_illness": "咳嗽三天\n晚上更重\n病程：三天\n用药：布洛芬\n妊娠情况：否",
        "past_history": "高血压",
        "allergy": "青霉素",
    }


def test_the_line_at_the_head_tells_how_long_when_the_words_do_not():
    assert told(complaint="咳嗽", duration="2到7天")["chief_complaint"] == "咳嗽（2到7天）"
    assert told(complaint="A cough", duration="2 to 7 days")["chief_complaint"] == (
        "A cough (2 to 7 days)"
    )
    assert told(complaint="咳嗽三天", duration="2到7天")["chief_complaint"] == "咳嗽三天"
    long = told(complaint="咳" * 300, duration="2到7天")["chief_complaint"]
    assert len(long) == 200
    assert long.endswith("…（2到7天）")


def test_what_the_interview_asked_of_the_complaint_stands_in_the_present_illness():
    lines = ({"question": Text("痰", "Phlegm"), "answer": Text("黄色", "Yellow")},)
    assert told(told=lines)["present_illness"].splitlines() == ["咳嗽三天", "晚上更重", "痰：黄色"]


def test_what_was_not_asked_stays_empty():
    assert set(told()) == {"chief_complaint", "present_illness"}


def test_findings_diagnosis_and_advice_are_the_doctors_alone():
    assert not {"findings", "diagnoses", "advice"} & set(told(allergies="无", past_illness="无"))
    assert set(told(allergies="无")) <= set(rules.RECORD_FIELDS)


def test_a_long_complaint_is_cut_at_the_head_and_whole_below():
    long = "痒" * 500
    fields = told(complaint=long)
    assert len(fields["chief_complaint"]) == 200
    assert fields["present_illness"] == long
