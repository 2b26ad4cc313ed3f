"""The questions before the visit: who is asked what, which answers hold, and how they read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any, Literal

from xinglin.care.triage.rules.red_flags import Passage
from xinglin.kernel.errors import FieldError, Invalid
from xinglin.kernel.text import Text

Kind = Literal["choice", "text", "boolean", "multi", "number"]

NONE_OF_THESE = "none"
_SAYS_NOTHING = frozenset({NONE_OF_THESE, "no", "unsure", "unknown", "not_measured"})
LONGEST_ANSWER = 500

_REQUIRED = Text("请回答这个问题。", "Please answer this question.")
_NOT_AN_OPTION = Text("请从选项中选择。", "Please choose from the options.")
_NOT_BOTH = Text(
    "“没有”不能和其他选项同时选择。", "“None of these” cannot be chosen together with others."
)
_NOT_WORDS = Text("请用文字回答。", "Please answer in words.")
_NOT_YES_OR_NO = Text("请回答是或否。", "Please answer yes or no.")
_TOO_LONG = Text(f"最多{LONGEST_ANSWER}个字。", f"At most {LONGEST_ANSWER} characters, please.")
_NO_SUCH_QUESTION = Text("没有这个问题。", "There is no such question.")
_NOT_A_NUMBER = Text("请填写数字。", "Please give a number.")
_NOT_PLAUSIBLE = Text(
    "请检查数值：应在{least}到{most}之间。",
    "Please check the value: it lies between {least} and {most}.",
)
_YES, _NO = Text("是", "Yes"), Text("否", "No")


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """`said`: how it reads in the summary, when not as on the button."""

    code: str
    text: Text
    said: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedOf:
    """Years are full years, both ends included."""

    sex: str
    from_years: int
    to_years: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """`enabled_when`: (link id, answer) on which it depends; its words stand for that answer.

    `label`: its name in the summary. `of_the_past`: it asks about earlier times. `group`: questions
    of one group stand on one screen. `least`, `most`: what a number can be, in `unit`.
    """

    link_id: str
    type: Kind
    text: Text
    label: Text
    required: bool
    options: tuple[Option, ...] = ()
    enabled_when: tuple[str, str] | None = None
    asked_of: AskedOf | None = None
    of_the_past: bool = False
    group: Text | None = None
    unit: str = ""
    least: float | None = None
    most: float | None = None


def asked_of(questions: Iterable[Question], *, sex: str, age_years: int) -> tuple[Question, ...]:
    """Those that concern this patient."""
    return tuple(
        q for q in questions if q.asked_of is None or _concerns(q.asked_of, sex, age_years)
    )


def checked(questions: Iterable[Question], answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers that count, in the order of the questions; those to questions not asked are left.

    Raises:
        Invalid: names every wrong or missing answer as `answers.<link_id>`.
    """
    kept, errors = _sifted(questions, answers)
    if errors:
        raise Invalid(*errors)
    return kept


def plausible(questions: Iterable[Question], answers: Mapping[str, Any]) -> dict[str, Any]:
    """As `checked`, without those that are wrong: what is kept of an interview cut short."""
    return _sifted(questions, answers)[0]


def understood(questions: Sequence[Question], answers: Mapping[str, Any]) -> dict[str, Any]:
    """As `plausible`, and of a wrong choice what names an option: danger in it is danger."""
    kept = plausible(questions, answers)
    for question in questions:
        codes = [o.code for o in question.options if _is_chosen(o.code, answers, question.link_id)]
        if codes and question.link_id not in kept:
            kept[question.link_id] = codes if question.type == "multi" else codes[0]
    return kept


def told(questions: Iterable[Question], answers: Mapping[str, Any], link_id: str) -> Text | None:
    """The answer in words, with what was written about one of its options in its place."""
    known = {q.link_id: q for q in questions}
    question, answer = known.get(link_id), answers.get(link_id)
    if question is None or answer is None:
        return None
    if question.type == "text":
        return Text(answer, answer)
    if question.type == "boolean":
        return _YES if answer else _NO
    if question.type == "number":
        value = f"{answer:g} {question.unit}".strip()
        return Text(value, value)
    written = _written(known.values(), answers, link_id)
    chosen = [answer] if isinstance(answer, str) else answer
    parts = [written.get(o.code, o.said) for o in question.options if o.code in chosen]
    return Text("、".join(p.zh for p in parts), ", ".join(p.en for p in parts))


def summary(
    questions: tuple[Question, ...], answers: Mapping[str, Any]
) -> tuple[dict[str, Text], ...]:
    """A line for each question that was answered; keys "question" and "answer"."""
    lines = (
        (q.label, told(questions, answers, q.link_id)) for q in questions if not q.enabled_when
    )
    return tuple({"question": label, "answer": text} for label, text in lines if text)


def passages(questions: Iterable[Question], answers: Mapping[str, Any]) -> tuple[Passage, ...]:
    """What was written, for the search for danger; wrong answers are left."""
    return tuple(
        Passage(answers[q.link_id], of_the_past=q.of_the_past)
        for q in questions
        if q.type == "text" and isinstance(answers.get(q.link_id), str)
    )


def spoken_choices(questions: Iterable[Question], answers: Mapping[str, Any]) -> tuple[Text, ...]:
    """What was chosen of one's trouble now, in words: danger is looked for in these too.

    That nothing was chosen, or nobody knows, says nothing.
    """
    return tuple(
        option.said
        for question in questions
        if question.type in {"choice", "multi"} and not question.of_the_past
        for option in question.options
        if option.code not in _SAYS_NOTHING and _is_chosen(option.code, answers, question.link_id)
    )


def _is_chosen(code: str, answers: Mapping[str, Any], link_id: str) -> bool:
    given = answers.get(link_id)
    return code in given if isinstance(given, list) else given == code


def _sifted(
    questions: Iterable[Question], answers: Mapping[str, Any]
) -> tuple[dict[str, Any], list[FieldError]]:
    known = {q.link_id: q for q in questions}
    errors = [_wrong(link_id, _NO_SUCH_QUESTION) for link_id in answers if link_id not in known]
    kept: dict[str, Any] = {}
    for question in known.values():
        if not _is_enabled(question, kept):
            continue
        answer = _plain(answers.get(question.link_id))
        fault = _fault(question, answer)
        if fault is not None:
            errors.append(_wrong(question.link_id, fault))
        elif not _is_blank(answer):
            kept[question.link_id] = answer
    return kept, errors


def _concerns(who: AskedOf, sex: str, age_years: int) -> bool:
    """Who is of unknown sex is asked."""
    return sex in {who.sex, "unknown"} and who.from_years <= age_years <= who.to_years


def _is_enabled(question: Question, kept: Mapping[str, Any]) -> bool:
    if question.enabled_when is None:
        return True
    on, wanted = question.enabled_when
    given = kept.get(on)
    return wanted in given if isinstance(given, list) else given == wanted


def _plain(answer: Any) -> Any:
    """Without blanks at the ends, and without the one character that PostgreSQL cannot keep."""
    return answer.replace("\x00", "").strip() if isinstance(answer, str) else answer


def _is_blank(answer: Any) -> bool:
    return answer is None or answer in ("", [])


def _fault(question: Question, answer: Any) -> Text | None:
    if _is_blank(answer):
        return _REQUIRED if question.required else None
    if question.type == "text":
        return _fault_of_text(answer)
    if question.type == "boolean":
        return None if isinstance(answer, bool) else _NOT_YES_OR_NO
    if question.type == "number":
        return _fault_of_number(question, answer)
    codes = {o.code for o in question.options}
    if question.type == "choice":
        return None if isinstance(answer, str) and answer in codes else _NOT_AN_OPTION
    return _fault_of_many(answer, codes)


def _fault_of_text(answer: Any) -> Text | None:
    if not isinstance(answer, str):
        return _NOT_WORDS
    return _TOO_LONG if len(answer) > LONGEST_ANSWER else None


def _fault_of_number(question: Question, answer: Any) -> Text | None:
    if isinstance(answer, bool) or not isinstance(answer, int | float) or not isfinite(answer):
        return _NOT_A_NUMBER
    least = question.least if question.least is not None else answer
    most = question.most if question.most is not None else answer
    if least <= answer <= most:
        return None
    return _NOT_PLAUSIBLE.filled(least=f"{least:g}", most=f"{most:g}")


def _fault_of_many(answer: Any, codes: set[str]) -> Text | None:
    if not isinstance(answer, list) or not all(isinstance(a, str) and a in codes for a in answer):
        return _NOT_AN_OPTION
    if len(set(answer)) != len(answer):
        return _NOT_AN_OPTION
    return _NOT_BOTH if NONE_OF_THESE in answer and len(answer) > 1 else None


def _written(questions: Iterable[Question], answers: Mapping[str, Any], on: str) -> dict[str, Text]:
    """Code of an option -> the words that were written about it."""
    return {
        q.enabled_when[1]: Text(words, words)
        for q in questions
        if q.enabled_when and q.enabled_when[0] == on and (words := answers.get(q.link_id))
    }


def _wrong(link_id: str, text: Text) -> FieldError:
    return FieldError(f"answers.{link_id}", text)
