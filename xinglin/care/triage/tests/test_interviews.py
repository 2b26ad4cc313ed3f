"""The shipped interviews are valid FHIR R4, hold together, and each complaint finds its own; what a
doctor gets wrong in a file is named with file and linkId.
"""

import copy
import json

import pytest
from fhir.resources.R4B.questionnaire import Questionnaire

from xinglin.care.triage.rules import interviews
from xinglin.care.triage.rules.case import Case
from xinglin.care.triage.rules.entries import BadEntryError
from xinglin.care.triage.rules.findings import Finding, lexicon
from xinglin.care.triage.rules.interviews import fhir, shelf
from xinglin.care.triage.rules.interviews.choosing import screens

FILES = sorted((shelf.DATA / "interviews").glob("*.json"))
FORMS = {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in FILES}
BASE = {
    "duration",
    "severity",
    "allergies",
    "allergies_which",
    "medicines",
    "medicines_which",
    "pregnancy",
    "past_illness",
    "past_illness_which",
    "more",
}


def as_the_package_reads(element):
    """R4 lets the value of an extension carry extensions (`_valueString`); the package does not know."""
    if isinstance(element, dict):
        return {k: as_the_package_reads(v) for k, v in element.items() if k != "_valueString"}
    return [as_the_package_reads(e) for e in element] if isinstance(element, list) else element


def broken(change, of: str = "cough") -> str:
    """What the loader says of a form that a doctor has spoilt."""
    form = copy.deepcopy(FORMS[of])
    change(form)
    with pytest.raises(BadEntryError) as caught:
        fhir.read(form, file=f"{of}.json")
    return str(caught.value)


@pytest.mark.parametrize("name", FORMS)
def test_an_interview_is_a_fhir_questionnaire(name):
    """R4B left Questionnaire as R4 has it."""
    read = Questionnaire.model_validate(as_the_package_reads(FORMS[name]))
    assert read.status == "active"
    assert read.url.endswith(f"/{name}")


@pytest.mark.parametrize("name", FORMS)
def test_an_interview_names_its_author_and_that_no_clinician_has_checked_it(name):
    found = shelf.named(name.replace("-", "_"))
    assert found.checked_on is None
    assert "Not checked by a clinician." in found.source
    assert "Xinglin" in found.source


def test_there_is_one_for_each_of_thirty_complaints_and_a_general_one():
    assert len(interviews.special()) == 30
    assert {q.link_id for q in interviews.general().questions} == BASE


def test_no_link_id_means_two_things():
    """But for measured values, which are the same wherever they are asked."""
    own = [
        q.link_id
        for each in (interviews.general(), *interviews.special())
        for q in each.questions
        if q.type != "number"
    ]
    assert len(own) == len(set(own))
    assert not set(own) & set(interviews.discriminators())


def test_an_interview_leads_from_findings_that_exist():
    known = set(lexicon().concepts)
    assert not {f"{e.name}: {f}" for e in interviews.special() for f in e.focus - known}


@pytest.mark.parametrize("each", interviews.special(), ids=lambda each: each.name)
def test_nobody_sees_more_than_eleven_screens_and_always_the_base(each):
    most = tuple(interviews.discriminators())[:3]
    for sex, age in (("female", 30), ("male", 30), ("male", 5), ("unknown", 40)):
        for asks in ((), most):
            asked = interviews.questions_for(each.name, asks, sex=sex, age_years=age)
            assert screens(asked) <= interviews.MOST_ASKED
            assert {"duration", "severity", "past_illness"} <= {q.link_id for q in asked}
            assert [q.link_id for q in asked[: len(asks)]] == list(asks)


@pytest.mark.parametrize("each", interviews.special(), ids=lambda each: each.name)
def test_the_complaints_own_questions_may_be_skipped_and_leave_a_way_out(each):
    for question in each.questions:
        assert not question.required
        if question.type == "multi" and question.link_id not in {
            "rash_where",
            "acne_where",
            "joint_where",
            "women_what",
        }:
            assert "none" in {o.code for o in question.options}, question.link_id


@pytest.mark.parametrize(
    ("text", "who", "name"),
    [
        ("咳嗽三天，有黄痰", {}, "cough"),
        ("没有发烧，就是咳嗽", {}, "cough"),
        ("宝宝咳嗽两天", {"age_years": 4}, "child_cough"),
        ("昨晚发烧38度6", {"age_years": 2}, "child_fever"),
        ("昨晚发烧38度6", {"age_years": 40}, "fever"),
        ("I have had a sore throat since Monday", {}, "sore_throat"),
        ("左边偏头痛又犯了", {}, "headache"),
        ("起床的时候天旋地转", {}, "dizziness"),
        ("胸口闷，有点疼", {}, "chest_pain"),
        ("my heart is racing at night", {}, "palpitations"),
        ("肚子疼两天", {}, "abdominal_pain"),
        ("拉肚子一天五次", {}, "diarrhoea"),
        ("I keep throwing up", {}, "vomiting"),
        ("便秘一周了", {}, "constipation"),
        ("饭后反酸烧心", {}, "heartburn"),
        ("身上起红疹很痒", {}, "rash"),
        ("脸上长痘痘", {}, "acne"),
        ("腰疼，直不起来", {}, "back_pain"),
        ("膝盖疼上不了楼", {}, "joint_pain"),
        ("it burns when I pee", {"sex": "female"}, "urinary"),
        ("白带多，有异味", {"sex": "female"}, "womens_health"),
        ("怀孕八周，有点出血", {"sex": "female"}, "pregnancy_care"),
        ("My pregnant wife", {"sex": "male"}, "general"),
        ("眼睛红，怕光", {}, "eye"),
        ("耳朵闷听不清", {}, "ear"),
        ("鼻塞流鼻涕", {}, "nose"),
        ("晚上睡不着两个月", {}, "low_mood"),
        ("血压高，早上160", {}, "hypertension"),
        ("diabetes follow-up, my sugar is up", {}, "diabetes"),
        ("想开点药，药吃完了", {}, "refill"),
        ("牙疼睡不着", {}, "mouth"),
        ("请帮我看一下体检报告", {}, "report"),
        ("", {}, "general"),
        ("😀😀", {}, "general"),
        ("我想咨询一下", {}, "general"),
    ],
)
def test_a_complaint_finds_its_interview(text, who, name):
    who = {"age_years": 30.0} | who
    assert interviews.choose(Case(text=text, **who)).name == name


def test_a_finding_leads_where_no_word_of_the_list_was_written():
    found = Finding(concept="nosebleed", span=(0, 4), words="淌血")
    case = Case(text="淌血了", age_years=30)
    assert interviews.choose(case, (found,)).name == "nose"
    for change in ({"says": "no"}, {"whose": "other"}, {"when": "past"}):
        other = Finding(concept="nosebleed", span=(0, 4), words="淌血", **change)
        assert interviews.choose(case, (other,)).name == "general"


def test_an_id_that_nobody_knows_is_not_asked():
    asked = interviews.questions_for("gone", ("no_such",), sex="male", age_years=30)
    assert {q.link_id for q in asked} == BASE - {"pregnancy"}


def item(form, link_id):
    return next(i for i in form["item"] if i["linkId"] == link_id)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda f: f.update(resourceType="Patient"), "cough.json: is no Questionnaire"),
        (lambda f: f.update(id="caugh"), "cough.json: the id is 'caugh'"),
        (lambda f: f.update(purpose="Ours."), "Not checked by a clinician."),
        (lambda f: f.pop("publisher"), "cough.json: needs purpose"),
        (lambda f: f.update(titel="x"), "cough.json: nobody reads titel"),
        (lambda f: f.pop("_title"), "cough.json: title '咳嗽' has no English"),
        (lambda f: item(f, "cough_when").pop("text"), "cough.json: cough_when: text is missing"),
        (lambda f: item(f, "cough_when").pop("linkId"), "cough.json: ?: a question needs a linkId"),
        (lambda f: item(f, "cough_when").update(type="slider"), "cough_when: type 'slider'"),
        (lambda f: item(f, "cough_when").update(requird=True), "cough_when: nobody reads requird"),
        (lambda f: item(f, "cough_when").update(answerOption=[]), "cough_when: answerOption"),
        (
            lambda f: item(f, "cough_when")["answerOption"].append({"valueString": "x"}),
            "cough_when: an answerOption needs a valueCoding",
        ),
        (
            lambda f: item(f, "cough_when")["answerOption"][0]["valueCoding"].pop("_display"),
            "cough_when: display '夜里' has no English",
        ),
        (
            lambda f: item(f, "cough_with")["answerOption"][-1].pop("extension"),
            "cough_with: of several",
        ),
        (
            lambda f: item(f, "cough_when").update(linkId="cough_with"),
            "cough_with: this linkId is used twice",
        ),
        (
            lambda f: item(f, "cough_with").update(
                enableWhen=[
                    {"question": "cough_when", "operator": "=", "answerCoding": {"code": "night"}}
                ]
            ),
            "cough_with: depends on cough_when=night, which is not asked before",
        ),
        (
            lambda f: item(f, "cough_with").update(
                enableWhen=[{"question": "a", "operator": ">", "answerInteger": 3}]
            ),
            "cough_with: enableWhen",
        ),
        (
            lambda f: item(f, "measured")["item"][0]["extension"].pop(),
            "temperature: a number needs minValue and maxValue",
        ),
        (
            lambda f: f["item"].append(item(f, "measured")["item"][0]),
            "temperature: a number stands in a group",
        ),
        (
            lambda f: item(f, "cough_when")["extension"].append({"url": "x"}),
            "cough_when: nobody reads the extension 'x'",
        ),
        (lambda f: f["useContext"].append({"code": {"code": "venue"}}), "useContext"),
        (lambda f: f["extension"].append({"url": "x"}), "nobody reads the extension"),
    ],
)
def test_what_a_doctor_gets_wrong_is_named(change, says):
    assert says in broken(change)


def test_a_wrong_asked_of_is_named():
    def change(form):
        who = next(
            e for e in item(form, "belly_period")["extension"] if e["url"].endswith("asked-of")
        )
        who["extension"].pop()

    assert "belly_period: asked-of needs" in broken(change, of="abdominal-pain")


def test_one_that_a_clinician_has_approved_says_when():
    form = FORMS["cough"] | {"purpose": "Ours.", "approvalDate": "2027-01-05"}
    assert fhir.read(form, file="cough.json").checked_on == "2027-01-05"


def test_a_file_that_is_no_json_is_named(tmp_path, monkeypatch):
    folder = tmp_path / "interviews"
    folder.mkdir()
    (folder / "cough.json").write_text("{", encoding="utf-8")
    monkeypatch.setattr(shelf, "DATA", tmp_path)
    with pytest.raises(BadEntryError, match=r"cough\.json: is no JSON"):
        shelf._all.__wrapped__()
    (folder / "cough.json").write_text(json.dumps(FORMS["cough"]), encoding="utf-8")
    with pytest.raises(BadEntryError, match=r"general\.json is missing"):
        shelf._all.__wrapped__()


def test_a_discriminator_without_options_is_answered_yes_no_or_not_sure():
    text = {"zh": "有吗？", "en": "Is there?"}
    question = shelf.read_discriminator({"id": "d_x", "text": text}, file="d.json")
    assert [o.code for o in question.options] == ["no", "yes", "unsure"]
    assert question.required
    with pytest.raises(BadEntryError, match="needs an id"):
        shelf.read_discriminator({"text": text}, file="d.json")
