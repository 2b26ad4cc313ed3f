"""What a text tells of is found as a concept: denied or not, whose, when, how bad and how long."""

import pytest

from xinglin.care.triage.rules.findings import find, lexicon, person
from xinglin.care.triage.rules.findings.lexicon import BadFormError, build


def told(text: str) -> set[str]:
    """Concepts the patient has now."""
    return {
        f.concept
        for f in find(text)
        if f.says == "yes" and f.whose == "patient" and f.when == "now"
    }


def denied(text: str) -> set[str]:
    return {f.concept for f in find(text) if f.says == "no"}


def others(text: str) -> set[str]:
    return {f.concept for f in find(text) if f.whose == "other"}


def one(text: str, concept: str):
    return next(f for f in find(text) if f.concept == concept)


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("I have a splitting headache", "headache"),
        ("脑壳痛得很", "headache"),
        ("my tummy aches", "abdomen_pain"),
        ("肚子一阵一阵地疼", "abdomen_pain"),
        ("there is pain in the lower right part of her abdomen", "right_lower_abdomen_pain"),
        ("右下腹痛", "right_lower_abdomen_pain"),
        ("my knee is red, swollen and painful", "knee_pain"),
        ("膝盖又红又肿", "knee_swelling"),
        ("short of breath", "breathless"),
        ("透唔到气", "breathless"),
        ("屙肚", "diarrhoea"),
        ("threw up bright red blood", "vomiting_blood"),
        ("大便里有血", "blood_in_stool"),
        ("took 30 tablets", "overdose"),
        ("吃了二十片安眠药", "overdose"),
    ],
)
def test_plain_colloquial_and_dialect_words_are_one_concept(text, concept):
    assert concept in told(text)


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("sudenly cant breath", "cannot_breathe"),
        ("bad diarhea", "diarrhoea"),
        ("vommiting all night", "vomiting"),
        ("stomache ache", "abdomen_pain"),
        ("CANT BREATHE", "cannot_breathe"),
        ("chest  pain", "chest_pain"),
        ("喉龙痛", "sore_throat"),
        ("咳漱三天", "cough"),
        ("拉度子", "diarrhoea"),
        ("发骚38度5", "fever"),
        ("胸扣疼", "chest_pain"),
    ],
)
def test_common_typing_errors_are_read(text, concept):
    assert concept in told(text)


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("no chest pain", "chest_pain"),
        ("Denies fever, chills, nausea or chest pain", "chest_pain"),
        ("without any fever", "fever"),
        ("I don't have a headache", "headache"),
        ("He is not breathless", "breathless"),
        ("No fever, cough or rash", "cough"),
        ("pregnancy test is negative", "pregnancy"),
        ("没有发烧", "fever"),
        ("孩子没有发烧", "fever"),
        ("不咳嗽", "cough"),
        ("没有发烧、咳嗽和胸痛", "chest_pain"),
        ("否认发热，胸痛，腹痛", "abdomen_pain"),
        ("咳嗽没有", "cough"),
        ("没有想过伤害自己", "self_harm"),
        ("没说过不想活", "suicidal"),
        ("胸口不痛", "chest_pain"),
    ],
)
def test_what_is_denied_is_a_finding_that_says_no(text, concept):
    assert concept in denied(text)
    assert concept not in told(text)


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("not only fever but also a cough", "fever"),
        ("the cough does not stop", "cough"),
        ("the headache is not getting better", "headache"),
        ("no relief from the chest pain", "chest_pain"),
        ("咳嗽没完没了", "cough"),
        ("没胃口，头疼", "headache"),
        ("头痛不见好", "headache"),
        ("没有发烧，就是头疼", "headache"),
        ("no fever but a bad cough", "cough"),
        ("没睡好头痛", "headache"),
        ("不停地咳嗽", "cough"),
        ("没吃饭就胃疼", "upper_abdomen_pain"),
    ],
)
def test_what_only_looks_like_a_denial_is_none(text, concept):
    assert concept in told(text)


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("My father had a stroke. I have a headache.", "stroke"),
        ("我爸中风过，我最近头晕", "stroke"),
        ("Family history of breast cancer and diabetes", "cancer"),
        ("我爷爷有糖尿病，我自己没有不舒服", "diabetes"),
        ("He has a cough; his mother has diabetes", "diabetes"),
    ],
)
def test_what_a_relative_has_is_the_relatives(text, concept):
    assert concept in others(text)
    assert concept not in told(text)


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("我妈今天胸口痛", "chest_pain"),
        ("My father had a stroke this morning, his face is drooping", "face_droop"),
        ("my 3-year-old daughter has a fever and a rash", "fever"),
        ("孩子发烧两天", "fever"),
        ("His wife says that he fainted", "fainting"),
        ("家里老人突然喘不上气", "breathless"),
        ("My mother had a stroke years ago and now my own left arm went weak", "one_arm_weakness"),
    ],
)
def test_who_asks_for_somebody_speaks_of_the_patient(text, concept):
    assert concept in told(text)


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("去年胸痛过", "chest_pain"),
        ("I had a seizure years ago", "seizure"),
        ("headache has resolved", "headache"),
        ("以前得过肾结石，头痛", "kidney_stone"),
        ("鼻血已经止住了", "nosebleed"),
    ],
)
def test_what_is_over_is_past(text, concept):
    assert one(text, concept).when == "past"


@pytest.mark.parametrize(
    ("text", "concept", "hours"),
    [
        ("headache for 3 days", "headache", 72),
        ("cough since yesterday", "cough", 24),
        ("two-week history of back pain", "low_back_pain", 336),
        ("咳嗽三天", "cough", 72),
        ("肚子疼了半个月", "abdomen_pain", 365),
        ("胸痛半小时", "chest_pain", 0.5),
        ("宝宝六个月，发烧两天", "fever", 48),
    ],
)
def test_how_long_is_told_in_hours(text, concept, hours):
    assert one(text, concept).duration_h == hours


@pytest.mark.parametrize(
    ("text", "concept", "severity", "onset"),
    [
        ("sudden severe headache", "headache", "severe", "sudden"),
        ("a mild headache that came on gradually", "headache", "mild", "gradual"),
        ("突然剧烈头痛", "headache", "severe", "sudden"),
        ("有点咳嗽", "cough", "mild", None),
        ("severe headache and nausea", "nausea", None, None),
    ],
)
def test_how_bad_it_is_and_how_it_began_belong_to_what_they_are_said_of(
    text, concept, severity, onset
):
    found = one(text, concept)
    assert (found.severity, found.onset) == (severity, onset)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Ｉ have  CHEST   PAIN now", "CHEST   PAIN"),
        ("can't breathe", "can't breathe"),
        ("bad diarhea today", "diarhea"),
        ("１０天了，肚子疼", "肚子疼"),
    ],
)
def test_a_finding_shows_the_words_as_they_were_typed(text, words):
    assert words in {f.words for f in find(text)}
    for each in find(text):
        assert text[slice(*each.span)] == each.words


@pytest.mark.parametrize(
    ("text", "age", "sex"),
    [
        ("61 year old Male", 61, "male"),
        ("my 6-month-old son", 0.5, "male"),
        ("女，45岁", 45, "female"),
        ("宝宝三个月大", 0.25, None),
        ("a headache", None, None),
        ("2岁女孩", 2, "female"),
    ],
)
def test_age_and_sex_are_read_when_they_are_told(text, age, sex):
    found = person(text)
    assert found.age_years == (pytest.approx(age) if age else None)
    assert found.sex == sex


_ODD = {
    "nothing": "",
    "a blank": " ",
    "a line end": "\n",
    "stops": "。。。",
    "marks": "!!!",
    "nul": "\x00",
    "a picture": "🤒🤒",
    "another language": "Je suis malade",
    "much": "a" * 100_000,
    "apostrophes": "'" * 50,
}


@pytest.mark.parametrize("text", _ODD.values(), ids=_ODD)
def test_nothing_that_can_be_typed_breaks_it(text):
    assert isinstance(find(text), tuple)


def test_every_concept_has_a_name_in_both_languages_and_known_parents():
    for concept in lexicon().concepts.values():
        assert concept.name.zh
        assert concept.name.en
        assert set(concept.is_a) <= set(lexicon().concepts)


def test_a_part_of_the_right_lower_belly_counts_as_belly():
    assert "abdomen_pain" in lexicon().ancestors["right_lower_abdomen_pain"]


@pytest.mark.parametrize(
    "entry",
    [
        {"id": "x", "kind": "riddle", "name": ["一", "one"], "zh": "一"},
        {"id": "x", "kind": "symptom", "name": ["一", "one"], "zh": "*一"},
        {"id": "x", "kind": "symptom", "name": ["一", "one"], "en": "a* b"},
        {"id": "x", "kind": "symptom", "name": ["一", "one"], "is_a": ["y"], "zh": "一"},
    ],
)
def test_a_bad_entry_of_the_lexicon_stops_the_start(entry):
    with pytest.raises(BadFormError):
        build([entry], {}, {})


@pytest.mark.parametrize("words", ["a rumbling tummy", "some blood tests", "I tried a cream"])
def test_a_word_of_its_own_is_no_slip_of_the_hand(words):
    assert not {"confusion", "testicle_pain", "fatigue"} & {found.concept for found in find(words)}
