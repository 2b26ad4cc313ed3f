"""What reads like a trifle, and where nothing alarming was found, is self-care; nothing else lowers."""

import pytest

from xinglin.care.triage.rules.case import Case
from xinglin.care.triage.rules.urgency import judge, minor
from xinglin.care.triage.rules.urgency.listing import listed
from xinglin.care.triage.rules.urgency.minor import READS_MINOR
from xinglin.care.triage.rules.urgency.reader import reads_minor

# A complaint that is found, and that no rule names.
NAMELESS = "My elbow feels a little stiff when I get up in the morning."


@pytest.fixture
def reads_like_a_trifle(monkeypatch):
    monkeypatch.setattr(minor, "reads_minor", lambda _: True)


def judged(text=NAMELESS, **who):
    return judge(Case(text=text, age_years=who.pop("age_years", 30), **who))


def test_what_no_rule_names_is_self_care_when_it_reads_so(reads_like_a_trifle):
    assert (judged().urgency, judged().reasons) == ("self_care", (READS_MINOR,))
    assert READS_MINOR.status == "ours"


def test_it_stays_with_a_doctor_when_it_does_not(monkeypatch):
    monkeypatch.setattr(minor, "reads_minor", lambda _: False)
    assert judged().urgency == "online_routine"


@pytest.mark.parametrize(
    ("text", "who"),
    [
        (NAMELESS, {"age_years": 0.5}),
        (NAMELESS, {"age_years": 80}),
        (NAMELESS, {"pregnant": True, "sex": "female"}),
        (f"{NAMELESS} It has been so for two months.", {}),
        (f"{NAMELESS} It is getting worse.", {}),
        (f"{NAMELESS} I have diabetes.", {}),
        (f"{NAMELESS} I have lost weight.", {}),
        ("Which day is the clinic open, please?", {}),
    ],
)
def test_who_is_frail_long_ill_or_alarming_is_not_lowered(reads_like_a_trifle, text, who):
    assert judged(text, **who).urgency != "self_care"


def test_what_a_rule_names_is_not_lowered(reads_like_a_trifle):
    assert judged("burning when I pass urine since yesterday").urgency == "online_soon"


@pytest.mark.parametrize("text", ["", "fine", "小毛病"])
def test_of_few_words_nothing_is_read(text):
    assert not reads_minor(text)


def test_it_is_listed_with_its_source():
    assert {(e.id, e.urgency) for e in listed()} >= {(READS_MINOR.rule, "self_care")}
