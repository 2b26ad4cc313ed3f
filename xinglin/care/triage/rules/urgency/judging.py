"""How urgent a case is: danger signs first, then rules over findings; the gravest that fits decides."""

from dataclasses import replace

from xinglin.care.triage.rules import shipped
from xinglin.care.triage.rules.aside import visible, without_abuse
from xinglin.care.triage.rules.case import Case
from xinglin.care.triage.rules.findings import lexicon
from xinglin.care.triage.rules.findings.folding import LONGEST_READ
from xinglin.care.triage.rules.red_flags import Passage, RedFlag, Statement, found_in
from xinglin.care.triage.rules.tongues import abroad
from xinglin.care.triage.rules.urgency import unread
from xinglin.care.triage.rules.urgency.asking import questions
from xinglin.care.triage.rules.urgency.facts import Facts
from xinglin.care.triage.rules.urgency.gathering import codes, gathered, readings
from xinglin.care.triage.rules.urgency.minor import ALARMING, READS_MINOR, is_minor
from xinglin.care.triage.rules.urgency.reader import READS_GRAVE, doubts, reads_grave
from xinglin.care.triage.rules.urgency.ruleset import Rule, ruleset
from xinglin.care.triage.rules.urgency.types import URGENCIES, Judgement, Reason, Status, Urgency
from xinglin.kernel.text import Text

CRISIS_FLAGS = frozenset({"suicide"})
_GROWN_UP_MONTHS = 40 * 12
_REASONS_SHOWN = 5
# Of a long text the danger signs of the list are looked for in all of it, the rest at its ends.
_MOST_READ = 100_000
# Nothing is above an emergency; and a rule for self-care has looked at everything that was found.
_READ_ONCE = frozenset({"emergency", "self_care"})
# Of what gets better the second reader fears nothing; a rule still may.
_GETS_BETTER = "improving"
_NOT_PRESENT = frozenset({"part", "source", "noise"})
NOTHING_URGENT = Reason(
    "nothing_urgent",
    Text(
        "根据您的描述，没有发现需要马上就诊的情况。如果加重请随时再来。",
        "Nothing in what you wrote needs to be seen at once. Come back if it gets worse.",
    ),
    "Xinglin: our own rule",
    None,
    "ours",
)


def judge(case: Case) -> Judgement:
    """Never raises for what a person may have typed. Of two ways to read it the graver counts."""
    told = replace(case, text=without_abuse(visible(case.text)), earlier=visible(case.earlier))
    judged = min(map(_judged, readings(told)), key=lambda each: URGENCIES.index(each.urgency))
    language = abroad(visible(case.text))
    if language is not None:
        return unread.of_another_language(judged, language)
    if len(case.text) > LONGEST_READ:
        return unread.of_a_long_text(judged)
    if judged.reasons == (NOTHING_URGENT,) and not judged.findings and case.text.strip():
        return replace(judged, reasons=(unread.NOTHING_FOUND,))
    return judged


def _judged(case: Case) -> Judgement:
    facts = gathered(case)
    flags = found_in(_statement(case, facts), shipped.red_flags())
    rules = ruleset().rules
    lacking = ruleset().lacking(facts.ever)
    fitting = tuple(
        r for r, many in zip(rules, lacking, strict=True) if not many and fits(r, facts)
    )
    urgency: Urgency = "emergency" if flags else _gravest(fitting)
    decisive = [rule for rule in fitting if rule.urgency == urgency]
    reasons = (*map(_of_flag, flags), *map(_of_rule, decisive)) or (NOTHING_URGENT,)
    ids = _ids(flags, fitting)
    if urgency not in _READ_ONCE and not _eases(facts) and reads_grave(case.text):
        urgency, reasons, ids = "emergency", (READS_GRAVE,), (READS_GRAVE.rule,)
    elif reasons == (NOTHING_URGENT,) and is_minor(facts, case.text):
        urgency, reasons = "self_care", (READS_MINOR,)
    elif urgency == "self_care" and doubts(case.text):
        urgency, reasons = "online_routine", (NOTHING_URGENT,)
    return Judgement(
        urgency=urgency,
        red_flags=ids,
        reasons=reasons[:_REASONS_SHOWN],
        ask=questions(
            facts,
            [r for r, many in zip(rules, lacking, strict=True) if many <= 1 and many < len(r.keys)],
            urgency,
            case.answers,
        ),
        findings=facts.findings,
        crisis=any(f.id in CRISIS_FLAGS for f in flags) or any(rule.crisis for rule in fitting),
    )


def _eases(facts: Facts) -> bool:
    """Something gets better and nothing that was found alarms: it may be another thing that does."""
    return _GETS_BETTER in facts.present and not facts.any_of(ruleset().groups[ALARMING])


def fits(rule: Rule, facts: Facts) -> bool:
    return (
        all(facts.any_of(group) for group in rule.all)
        and not facts.any_of(rule.none)
        and (rule.only is None or not _besides(rule.only, facts))
    )


def _gravest(fitting: tuple[Rule, ...]) -> Urgency:
    """Rules come the gravest first; a self-care rule has looked at everything that was found."""
    if any(rule.urgency == "self_care" for rule in fitting) and all(
        rule.urgency in {"self_care", "online_soon", "online_routine"} for rule in fitting
    ):
        return "self_care"
    return fitting[0].urgency if fitting else "online_routine"


def _besides(only: frozenset[str], facts: Facts) -> bool:
    """Something was found that the rule does not name, itself or (`~`) as a wider concept."""
    words = lexicon()
    for each in facts.findings:
        if each.says == "no" or each.whose == "other" or each.when == "past":
            continue
        concept = words.concepts[each.concept]
        if concept.kind in _NOT_PRESENT or each.concept in only:
            continue
        if not any(f"~{wider}" in only for wider in words.ancestors[each.concept]):
            return True
    return False


def _ids(flags: tuple[RedFlag, ...], fitting: tuple[Rule, ...]) -> tuple[str, ...]:
    grave = [rule.id for rule in fitting if rule.urgency == URGENCIES[0]]
    return tuple(dict.fromkeys([*(flag.id for flag in flags), *grave]))


def _statement(case: Case, facts: Facts) -> Statement:
    age = _GROWN_UP_MONTHS if facts.age_years is None else int(facts.age_years * 12 + 1e-6)
    return Statement(
        passages=(
            Passage(case.text[:_MOST_READ]),
            Passage(case.earlier[:_MOST_READ], of_the_past=True),
        ),
        answers=codes(case.answers),
        age_months=age,
        sex=facts.sex or "unknown",
    )


def _of_flag(flag: RedFlag) -> Reason:
    status: Status = "confirmed" if flag.status == "confirmed" else "memory"
    return Reason(flag.id, flag.text, flag.source, flag.year, status)


def _of_rule(rule: Rule) -> Reason:
    return Reason(rule.id, rule.text, rule.source, rule.year, rule.status)
