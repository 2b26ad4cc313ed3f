"""Danger is seen where it is told, and not where it is denied, past, or somebody else's."""

import json
from pathlib import Path

import pytest

from xinglin.care.triage.rules import shipped, wording
from xinglin.care.triage.rules.red_flags import Passage, Pattern, RedFlag, Statement, found_in
from xinglin.kernel.text import Text

_DATA = Path(__file__).parent / "data"
PHRASES = json.loads((_DATA / "red_flag_phrases.json").read_text(encoding="utf-8"))
FIRST_LINES = (_DATA / "first_lines.txt").read_text(encoding="utf-8").splitlines()
FLAGS = shipped.red_flags()
ADULT = {"age_months": 40 * 12, "sex": "unknown"}


def cases(which: str) -> list:
    return [
        pytest.param(flag, phrase, id=f"{flag}: {phrase}")
        for flag, told in PHRASES.items()
        for locale in ("zh", "en")
        for phrase in told[locale][which]
    ]


def found(*words: str, answers: frozenset[str] = frozenset(), **who: object) -> set[str]:
    statement = Statement(
        passages=tuple(Passage(w) for w in words), answers=answers, **(ADULT | who)
    )
    return {flag.id for flag in found_in(statement, FLAGS)}


def patient_of(flag: str) -> dict:
    return {key: PHRASES[flag][key] for key in ("age_months", "sex") if key in PHRASES[flag]}


def a_flag(*groups: tuple[str, ...], near: bool = False, **changes: object) -> RedFlag:
    known = {
        "id": "x",
        "text": Text("危", "Danger"),
        "advice": Text("救", "Help"),
        "source": "test",
        "year": 2026,
        "status": "memory",
        "patterns": {"zh": (Pattern(groups, near=near),)},
    }
    return RedFlag(**(known | changes))


@pytest.mark.parametrize(("flag", "phrase"), cases("yes"))
def test_a_danger_sign_is_found_when_it_is_told(flag, phrase):
    assert flag in found(phrase, **patient_of(flag))


@pytest.mark.parametrize(("flag", "phrase"), cases("no"))
def test_it_is_not_found_when_it_is_denied_past_or_something_else(flag, phrase):
    assert flag not in found(phrase, **patient_of(flag))


def test_every_danger_sign_has_phrases_for_and_against_in_both_languages():
    assert set(PHRASES) == {flag.id for flag in FLAGS}
    for flag, told in PHRASES.items():
        for locale in ("zh", "en"):
            assert len(told[locale]["yes"]) >= 2, flag
            assert len(told[locale]["no"]) >= 2, flag


def test_a_fever_is_a_danger_sign_below_three_months_only():
    assert "infant_fever" in found("发烧38.5度", age_months=2)
    assert found("发烧38.5度", age_months=3) == set()


def test_a_blue_child_is_a_danger_sign_below_five_years_only():
    assert "child_breathing" in found("脸色发青", age_months=59)
    assert "child_breathing" not in found("脸色发青", age_months=60)


@pytest.mark.parametrize(
    ("words", "flag", "sex"),
    [
        ("怀孕了，阴道出血", "pregnancy_bleeding", "female"),
        ("睾丸突然剧痛", "testicular_torsion", "male"),
    ],
)
def test_what_one_sex_cannot_have_is_not_found_in_it(words, flag, sex):
    other = {"female": "male", "male": "female"}[sex]
    assert flag in found(words, sex=sex)
    assert flag not in found(words, sex=other)


def test_words_and_a_chosen_answer_make_a_danger_sign_together():
    pregnant = frozenset({"pregnancy=yes"})
    assert "pregnancy_bleeding" in found("下面出血了", answers=pregnant, sex="female")
    assert "pregnancy_bleeding" not in found("下面出血了", sex="female")


def test_what_was_asked_about_earlier_times_counts_only_when_it_says_now():
    flag = a_flag(("昏迷",))

    def asked_of_the_past(words: str) -> tuple[RedFlag, ...]:
        passage = Passage(words, of_the_past=True)
        return found_in(Statement(passages=(passage,), **ADULT), [flag])

    assert not asked_of_the_past("青霉素，昏迷")
    assert asked_of_the_past("青霉素，现在昏迷")


def test_near_means_one_sentence_or_the_one_beside_it():
    flag = a_flag(("胸痛",), ("出汗",), near=True)

    def told(words: str) -> bool:
        return bool(found_in(Statement(passages=(Passage(words),), **ADULT), [flag]))

    assert told("胸痛，出汗")
    assert told("胸痛。出汗。")
    assert not told("胸痛。昨天吃了药。天气热就出汗。")


def test_two_passages_are_never_near():
    flag = a_flag(("胸痛",), ("出汗",), near=True)
    both = (Passage("胸痛"), Passage("出汗"))
    assert not found_in(Statement(passages=both, **ADULT), [flag])


def test_what_is_marked_so_counts_although_it_is_past():
    past = Statement(passages=(Passage("以前昏迷过"),), **ADULT)
    assert not found_in(past, [a_flag(("昏迷",))])
    assert found_in(past, [a_flag(("昏迷",), past_counts=True)])


def test_fewer_than_one_in_a_hundred_real_first_lines_is_stopped():
    """Measured: 2 of these 398; 7 of all 1,192 (0.6 %), each with words that warrant a question."""
    stopped = [line for line in FIRST_LINES if found(line, sex="female")]
    assert len(FIRST_LINES) > 350
    assert len(stopped) / len(FIRST_LINES) < 0.01, stopped


def test_full_width_capital_and_curly_writing_is_the_same():
    assert "stroke" in found("HIS FACE IS DROOPING")
    assert "suicide" in found("I don’t want to live")
    assert "pressure_chest" in found("血压１９０／１１５，胸痛")


@pytest.mark.parametrize("line", FIRST_LINES[:100])
def test_no_phrase_that_stands_in_a_text_lacks_its_cue(line):
    """What is looked at first never leaves out what a whole search would find."""
    text = wording.normalised(line)
    pairs = wording.pairs(text)
    phrases = {term.phrase for terms in shipped.lexicon().values() for term in terms}
    standing = [phrase for phrase in phrases if wording.phrase(phrase).search(text)]
    assert [phrase for phrase in standing if wording.cue(phrase) not in pairs] == []


@pytest.mark.parametrize("phrase", ["痒", "咳*血", "*", "a*", "can't ... walk", "chest pain"])
def test_a_cue_is_what_a_phrase_cannot_stand_without(phrase):
    assert wording.cue(phrase) in wording.pairs("痒 咳出血 a can't even walk chest pain")
