"""How clinicians write: values in prose, ages, rows of signs, and what an examination did not show."""

import pytest

from xinglin.care.triage.rules.case import Case
from xinglin.care.triage.rules.findings import find, person
from xinglin.care.triage.rules.findings.folding import folded
from xinglin.care.triage.rules.findings.measured import told
from xinglin.care.triage.rules.urgency import judge


def concepts(text: str) -> set[str]:
    return {f.concept for f in find(text) if (f.says, f.whose, f.when) == ("yes", "patient", "now")}


def urgency(text: str, **who: object) -> str:
    return judge(Case(text=text, **who)).urgency


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("pulse 130/min", "heart_rate", 130),
        ("Pulse is regular at 128 beats/min", "heart_rate", 128),
        ("P 130, BP 88/50 mm Hg", "heart_rate", 130),
        ("tachycardic at 140", "heart_rate", 140),
        ("HR 45/min", "heart_rate", 45),
        ("breathing 30 times a minute", "respiratory_rate", 30),
        ("she breathes at 36 per minute", "respiratory_rate", 36),
        ("tachypnoeic at 32", "respiratory_rate", 32),
        ("SpO2 90 % on room air", "spo2", 90),
        ("oxygen saturation by pulse oximetry is 92%", "spo2", 92),
        ("sats of 84 per cent", "spo2", 84),
        ("blood pressure 88/50 mm Hg", "systolic", 88),
        ("systolic pressure of 78", "systolic", 78),
        ("blood glucose is 45 mg/dL", "glucose_mmol", 2.5),
        ("blood sugar of 540 mg/dl", "glucose_mmol", 30),
        ("glucose 28 mmol/L", "glucose_mmol", 28),
        ("temperature 103.2 degrees Fahrenheit", "temperature", 39.6),
    ],
)
def test_a_value_is_read_from_prose(text, name, value):
    assert told(folded(text).text)[name] == pytest.approx(value, abs=0.05)


@pytest.mark.parametrize("text", ["for 30 minutes", "take 20 mg a day", "bp tablets"])
def test_what_is_no_value_is_none(text):
    assert not set(told(folded(text).text)) & {"respiratory_rate", "systolic", "spo2"}


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("My dad is 64 and he sweats", 64),
        ("I'm 26, sore throat", 26),
        ("My son, 6, has a cough", 6),
        ("A man of 48 with belly pain", 48),
        ("Woman, 70, tripped on a rug", 70),
        ("Toddler, 20 months, fever", 20 / 12),
        ("she's 9 months and happy", 9 / 12),
        ("She is 34 weeks pregnant", None),
        ("He is 5 days post surgery", None),
        ("My temperature is 39", None),
    ],
)
def test_an_age_is_read_as_it_is_told(text, age):
    found = person(text).age_years
    assert found == (pytest.approx(age, rel=0.01) if age else None)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a painful and swollen left knee", {"knee_pain", "knee_swelling"}),
        ("a spotted rash that began on the wrists and ankles", {"wrist_rash", "ankle_rash"}),
        ("crackles at the right base of the lung", set()),
    ],
)
def test_a_row_of_signs_belongs_to_the_part_it_ends_in(text, wanted):
    assert wanted <= concepts(text)
    assert "black_skin" not in concepts(text)


def test_a_baby_with_whom_the_text_begins_is_the_patient():
    assert "rash" in {
        f.concept for f in find("A 10-month-old baby has a rash") if f.whose == "patient"
    }
    assert not concepts("My mother had a stroke. I feel fine.") & {"stroke"}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Runny nose and a slight cough for two days. Temperature is 37.2 C.", "self_care"),
        ("Runny nose and a slight cough for two days. Temperature is 39.2 C.", "online_soon"),
    ],
)
def test_a_measured_temperature_says_whether_there_is_fever(text, wanted):
    assert urgency(text, age_years=30) == wanted


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("took about 30 sleeping tablets an hour ago, feels well", {"age_years": 20}),
        ("He cannot open his jaw and has painful spasms of the back; his back is stiff", {"age_years": 52}),
        ("fever of 39.5, headache and a rash on the palms after a hike in the woods", {"age_years": 30}),
        ("COPD, more breathless, SpO2 84 %", {"age_years": 67}),
        ("postpartum, headache, BP 168/112", {"age_years": 30, "sex": "female"}),
        ("sudden weak grip of the right hand", {"age_years": 66}),
        ("drenched in sweat with nausea for an hour, diabetic", {"age_years": 70}),
        ("temperature 40.6, agitated, drenched with sweat", {"age_years": 21}),
        ("swollen neck and tongue pushed up after a tooth infection, trouble breathing", {"age_years": 36}),
        ("fever and chills, respiratory rate 28", {"age_years": 50}),
        ("He vomits forcefully after each feed and has lost weight", {"age_years": 0.1}),
        ("hearing voices commanding her to jump", {"age_years": 19}),
    ],
)  # fmt: skip
def test_an_emergency_is_found_as_clinicians_write_it(text, who):
    assert urgency(text, **who) == "emergency"


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("cough and fever of 38.2 C for five days, crackles at the left base, SpO2 97 %", {"age_years": 35}),
        ("barking cough since yesterday, breathes quietly at rest", {"age_years": 3}),
        ("pain in the wrist after a fall, swollen, cannot grip well", {"age_years": 29}),
        ("burning rash with blisters on the left side of the forehead", {"age_years": 64}),
        ("sudden fever, body aches, headache and dry cough since yesterday", {"age_years": 30}),
    ],
)  # fmt: skip
def test_what_a_doctor_should_see_is_no_emergency(text, who):
    assert urgency(text, **who) not in {"emergency", "self_care"}


@pytest.mark.parametrize(
    "text",
    [
        "itchy scalp, and lice were found in her hair",
        "a cold sore on the lip since yesterday, she gets them in winter",
        "stung by a bee on the hand an hour ago, local redness and swelling, no hives, breathes normally",
        "wax in the left ear, which feels blocked for three days, no pain",
        "low back ache since he lifted a box yesterday. The pain does not spread to the legs, no numbness",
        "tiny white worms at the bottom, itchy at night",
    ],
)
def test_a_minor_complaint_of_a_healthy_person_is_self_care(text):
    assert urgency(text, age_years=30) == "self_care"


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("Sudden severe abdominal pain for 3 hours, vomiting, not getting better", 35),
        ("突然肚子剧痛3小时，一直吐，吃了药没好转", 35),
        ("The rash is much better, but he is floppy and grey and hard to wake", 2),
        ("今天早上开始胸口疼，平时有白痰", 62),
        ("chest pain since yesterday when I climb stairs, better with rest", 58),
        ("今天胸痛、恶心、上腹也痛", 38),
        ("the worst headache ever, it began suddenly the second I coughed", 45),
        ("My dad's sugar level dropped to 2.1, he is drowsy", None),
        ("房颤没吃华法林 突然说话不清", 70),
        ("没有发烧 突发胸痛", 50),
        ("没有高血压 胸痛两小时", 50),
    ],
)
def test_what_eases_or_triggers_something_takes_no_danger_away(text, age):
    assert urgency(text, age_years=age) == "emergency"


@pytest.mark.parametrize(
    ("text", "age"),
    [("My daughter is 39.5 and floppy", 39.0), ("im 5 and a half weeks pregnant", 5.0)],
)
def test_a_temperature_or_a_week_is_no_age(text, age):
    assert person(text).age_years != age
