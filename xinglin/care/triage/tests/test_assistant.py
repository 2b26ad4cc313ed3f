"""An optional model of others: it can make the house careful, and nothing else."""

import json
import threading

import pytest

from xinglin.care.consultation import services as consultation
from xinglin.care.consultation.models import RecordDraft
from xinglin.care.people.queries import patient_cards
from xinglin.care.people.tests import factories as people
from xinglin.care.people.tests.factories import Browser
from xinglin.care.triage import services
from xinglin.care.triage.models import Intake
from xinglin.care.triage.rules import proposals
from xinglin.care.triage.rules.proposals import NOTHING, ProposedFinding
from xinglin.care.triage.services import assisting
from xinglin.care.triage.tests.factories import answered, man
from xinglin.care.triage.tests.recorded import serving
from xinglin.kernel import clock
from xinglin.kernel.errors import Conflict, NotFound

# An image that no list of words knows.
VEILED = "心口窝像坐了一头牛，动不了"
PLAIN_DANGER = "胸口疼得厉害，一直出冷汗"


@pytest.fixture(autouse=True)
def house(db):
    people.hospital()


@pytest.fixture
def model(settings):
    with serving() as told:
        settings.TRIAGE_ASSISTANT = "openai_chat"
        settings.TRIAGE_ASSISTANT_URL = told.url
        settings.TRIAGE_ASSISTANT_MODEL = "a-model"
        settings.TRIAGE_ASSISTANT_KEY = "a-key"
        settings.TRIAGE_ASSISTANT_SECONDS = 5.0
        yield told


def told_to_the_house(complaint: str = VEILED, viewer=None, patient=None):
    if viewer is None:
        viewer, patient = man()
    status, intake = Browser(viewer).post(
        "/intakes", {"patient_id": str(patient.id), "complaint": complaint}
    )
    assert status == 201, intake
    return intake


def test_it_is_off_unless_somebody_chose_one(settings):
    assert settings.TRIAGE_ASSISTANT == "null"
    viewer, patient = man()
    assert services.ask_assistant(viewer, patient.id, VEILED) is NOTHING
    assert told_to_the_house()["outcome"] == "interview"
    assert Intake.objects.latest("created_at").proposed is None


def test_what_it_points_out_raises_urgency_by_the_rules_of_the_house_and_is_marked(model):
    model.answer = "danger"
    intake = told_to_the_house()
    assert intake["outcome"] == "emergency"
    assert intake["red_flags"][0]["id"] == "chest_pain"
    assert intake["red_flags"][0]["text"]["zh"].startswith("软件提示（不是患者原话）")
    row = Intake.objects.latest("created_at")
    assert row.reasons[0]["rule"].startswith("assistant.")
    assert row.proposed["findings"][0]["quote"] == "心口窝像坐了一头牛"
    assert row.complaint == VEILED


@pytest.mark.parametrize("answer", ["calming", "nothing", "prose"])
def test_it_never_lowers_urgency(model, answer):
    model.answer = answer
    intake = told_to_the_house(PLAIN_DANGER)
    assert intake["outcome"] == "emergency"
    assert "软件提示" not in intake["red_flags"][0]["text"]["zh"]


def test_what_the_patient_did_not_say_is_left_out(model):
    model.answer = "invented"
    assert told_to_the_house()["outcome"] == "interview"
    assert Intake.objects.latest("created_at").proposed is None


@pytest.mark.parametrize(
    "answer",
    [
        "prose",
        500,
        429,
        302,
        b"",
        b"no json",
        b"[]",
        b'{"choices": []}',
        b"[" * 9000,
        b"x" * 70_000,
    ],
    ids=["prose", "500", "429", "302", "empty", "no json", "list", "no choice", "deep", "too long"],
)
def test_whatever_it_answers_the_patient_is_served(model, answer):
    model.answer = answer
    assert told_to_the_house()["outcome"] == "interview"
    assert len(model.asked) == 1


def test_one_that_never_answers_is_left_in_time(model, settings):
    settings.TRIAGE_ASSISTANT_SECONDS = 0.2
    model.answer = "never"
    assert told_to_the_house()["outcome"] == "interview"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TRIAGE_ASSISTANT", "no_such_gateway"),
        ("TRIAGE_ASSISTANT_KEY", "a\nkey"),
        ("TRIAGE_ASSISTANT_URL", "http://host:port/v1"),
        ("TRIAGE_ASSISTANT_URL", "http://[x/v1"),
    ],
)
def test_a_setting_that_is_wrong_costs_no_patient_the_intake(model, settings, name, value):
    setattr(settings, name, value)
    assert told_to_the_house()["outcome"] == "interview"


def test_half_an_emoji_in_its_answer_is_no_fault(model):
    told = {"findings": [{"quote": "心口窝像坐了一头牛", "means": "胸痛\ud83d"}], "questions": []}
    said = {"choices": [{"message": {"content": json.dumps(told)}}]}
    model.answer = json.dumps(said).encode()
    told_to_the_house()
    assert Intake.objects.latest("created_at").proposed["findings"][0]["means"] == "胸痛"


def test_one_that_is_not_there_is_no_fault(model, settings):
    settings.TRIAGE_ASSISTANT_URL = "http://127.0.0.1:1/v1"
    assert told_to_the_house()["outcome"] == "interview"
    settings.TRIAGE_ASSISTANT_URL = "file:///etc/passwd"
    assert told_to_the_house()["outcome"] == "interview"


def test_it_learns_nothing_of_whom_the_words_are(model):
    viewer, patient = man()
    card = patient_cards([patient.id])[patient.id]
    told_to_the_house(f"我是{card.name}，手机13812345678，{VEILED}", viewer, patient)
    (asked,) = model.asked
    sent = json.dumps(asked, ensure_ascii=False)
    for secret in (card.name, "13812345678", str(patient.id), str(viewer.user_id), "1985"):
        assert secret not in sent
    assert VEILED in sent
    assert asked["headers"]["Authorization"] == "Bearer a-key"
    assert asked["path"] == "/v1/chat/completions"


def test_nothing_is_sent_before_consent_and_nothing_of_others(model):
    viewer = people.patient_viewer(agreed=False)
    patient = people.register(viewer)
    with pytest.raises(Conflict) as refused:
        services.ask_assistant(viewer, patient.id, VEILED)
    assert refused.value.code == "consent_required"
    other, _ = man()
    with pytest.raises(NotFound):
        services.ask_assistant(other, patient.id, VEILED)
    assert model.asked == []


def test_only_a_few_are_asked_for_at_one_time(model, monkeypatch):
    full = threading.BoundedSemaphore(1)
    full.acquire()
    monkeypatch.setattr(assisting, "_places", full)
    assert told_to_the_house()["outcome"] == "interview"
    assert model.asked == []


def test_what_it_pointed_out_still_counts_when_the_interview_is_answered(model):
    model.answer = "danger"
    viewer, patient = man()
    proposed = services.ask_assistant(viewer, patient.id, VEILED)
    opened = services.open_intake(viewer, patient_id=patient.id, complaint=VEILED, at=clock.now())
    Intake.objects.filter(pk=opened.id).update(proposed=proposed.as_dict())
    answered(viewer, opened.id)
    assert Intake.objects.get(pk=opened.id).outcome == "emergency"


def test_none_of_its_words_reaches_the_record(model):
    """R24: a medicine that it writes stands in no draft."""
    model.answer = "medicine"
    viewer, patient = man()
    intake = told_to_the_house("咳嗽三天", viewer, patient)
    kept = Intake.objects.get(pk=intake["id"])
    assert kept.proposed["findings"][0]["means"].startswith("阿莫西林")
    answered(viewer, kept.pk)
    visit = consultation.open_consultation(
        viewer, intake_id=kept.pk, department="respiratory", at=clock.now()
    )
    draft = RecordDraft.objects.get(consultation_id=visit)
    assert "阿莫西林" not in json.dumps(draft.fields, ensure_ascii=False)
    assert "prescription" not in json.dumps(kept.proposed)


@pytest.mark.parametrize(
    "said",
    [
        "",
        "null",
        "[]",
        "{",
        '{"findings": 5, "questions": {}}',
        '{"findings": [1, null, {}, {"quote": 3, "means": "x"}]}',
    ],
)
def test_odd_answers_are_nothing(said):
    assert proposals.read(said, text="咳嗽", known_questions={"a"}) == NOTHING


def test_an_answer_is_bounded_and_said_once():
    said = json.dumps(
        {
            "findings": [{"quote": "咳嗽", "means": f"咳嗽{n}"} for n in range(20)]
            + [{"quote": "咳嗽", "means": "长" * 81}],
            "questions": ["a", "a", "b", "c", "d"],
        }
    )
    found = proposals.read(said, text="我咳 嗽三天", known_questions={"a", "b", "c", "d"})
    assert len(found.findings) == 8
    assert found.questions == ("a", "b", "c")
    assert proposals.kept(found.as_dict()) == found
    assert found.findings[0] == ProposedFinding("咳嗽", "咳嗽0")
