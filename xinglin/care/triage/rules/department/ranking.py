"""From a case to three departments, the likeliest first."""

from collections.abc import Mapping
from dataclasses import dataclass

from xinglin.care.triage.rules.aside import complaint_in, visible
from xinglin.care.triage.rules.case import Case
from xinglin.care.triage.rules.department import reasons, settings
from xinglin.care.triage.rules.department.features import features
from xinglin.care.triage.rules.department.model import model
from xinglin.care.triage.rules.department.patient import Patient, patient_of
from xinglin.care.triage.rules.tongues import abroad
from xinglin.kernel.text import Text, language_of

FALLBACK = "general_practice"
CHILDREN = "paediatrics"
WOMEN = "obgyn"
# A child's eyes and bones go where an adult's go; from three years on skin, ears, nose and throat too.
_FOR_INFANTS = frozenset({"ophthalmology", "orthopaedics"})
_FOR_CHILDREN = _FOR_INFANTS | {"dermatology", "ent"}
_CHILD_SHARE, _SPECIALIST_FROM, _SPECIALIST_SHARE = 0.8, 0.5, 0.6
# Whatever ails a woman with child is first a matter of those who look after both; ours.
_WITH_CHILD = 5.0
_TOP = 3
# Where nothing was read: the door that is open to all stands first, and nobody is sure of it.
_FIRST_OF_EQUALS = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """`best` is the first of `top3`, sure or not; `ask`: id of the question that would tell."""

    best: str
    top3: tuple[tuple[str, float], ...]
    sure: bool
    why: Text
    ask: str | None


def rank(case: Case) -> Ranking:
    """Sure from a measured probability on; who is not sure leads to general practice, or asks. Of what
    the model has hardly read a word of, it says nothing.
    """
    locale, chosen = language_of(case.text), settings.settings()
    trained, seen = model(locale), features(complaint_in(case.text))
    patient = patient_of(case)
    known = (
        abroad(visible(case.text)) is None
        and trained.share_known(seen) >= chosen.least_known[locale]
    )
    said = trained.probabilities(seen if known else (), temperature=chosen.temperature[locale])
    weighed = {
        slug: share * chosen.priors.get(slug, 1.0)
        for slug, share in zip(trained.classes, said, strict=True)
    }
    if not known:
        weighed[FALLBACK] = _FIRST_OF_EQUALS * max(weighed.values())
    shares = for_patient(settings.with_answers(weighed, case), patient)
    order = tuple(sorted(shares.items(), key=lambda each: -each[1])[:_TOP])
    best, share = order[0]
    sure = known and share >= chosen.sure_from
    spoke = trained.shares(seen, best)
    return Ranking(
        best=best,
        top3=order,
        sure=sure,
        why=reasons.why(
            case.text,
            spoke,
            known=known,
            sure=sure,
            child=best == CHILDREN and bool(patient.child),
        ),
        ask=None if sure else settings.best_question(shares, case, tuple(s for s, _ in order)),
    )


def for_patient(found: Mapping[str, float], patient: Patient) -> dict[str, float]:
    """What the words say, as far as age and sex allow it; sums to one."""
    shares = dict(found)
    if patient.pregnant:
        shares[WOMEN] *= _WITH_CHILD
    if patient.sex == "male":
        shares[WOMEN] = 0.0
    if patient.child is False:
        shares[CHILDREN] = 0.0
    shares = _whole(shares)
    return _of_a_child(shares, infant=patient.infant) if patient.child else shares


def _of_a_child(shares: Mapping[str, float], *, infant: bool) -> dict[str, float]:
    others = _whole({s: p for s, p in shares.items() if s not in {CHILDREN, WOMEN}})
    best = max(others, key=lambda slug: others[slug])
    own = _FOR_INFANTS if infant else _FOR_CHILDREN
    child = _CHILD_SHARE
    if best in own and others[best] >= _SPECIALIST_FROM:
        child = 1 - _SPECIALIST_SHARE
    return {s: p * (1 - child) for s, p in others.items()} | {CHILDREN: child, WOMEN: 0.0}


def _whole(shares: Mapping[str, float]) -> dict[str, float]:
    total = sum(shares.values()) or 1.0
    return {slug: share / total for slug, share in shares.items()}
