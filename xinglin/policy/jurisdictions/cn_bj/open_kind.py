"""Beijing: a child's first visit inside the pilot (R03 lifts R02, on its own conditions)."""

from collections.abc import Callable

from xinglin.kernel.text import Text
from xinglin.policy.facts import OpenKind
from xinglin.policy.house import is_minor
from xinglin.policy.jurisdictions.cn_bj import law
from xinglin.policy.terms import REFUSE, Context, Finding, Rule, grant

_DOCTOR_TITLES = ("231", "232", "233", "234", "235")


def _wants_first_visit(facts: OpenKind) -> bool:
    return facts.wanted == "first_visit"


def _covers(facts: OpenKind, here: Context) -> bool:
    """A child, at a hospital and in a line that the pilot names."""
    line = (facts.institution, facts.specialty)
    return line in here.knobs["first_visit_allowed"] and is_minor(facts.age_years, here)


def _pilot(facts: OpenKind, here: Context) -> Finding | None:
    return grant("open_first_visit", "may_prescribe") if _covers(facts, here) else REFUSE


def _has_whitelisted_doctor(facts: OpenKind, here: Context) -> bool:
    return facts.doctor_whitelisted or not here.knobs["doctor_whitelist"]


def _has_title(facts: OpenKind, here: Context) -> bool:
    least = _DOCTOR_TITLES.index(here.knobs["doctor_min_title"])
    return facts.doctor_title in _DOCTOR_TITLES[: least + 1]


def _has_practice_online(facts: OpenKind, here: Context) -> bool:
    years = facts.doctor_online_years
    return years is not None and bool(years >= here.knobs["doctor_min_online_years"])


def _has_guardian(facts: OpenKind, _here: Context) -> bool:
    return facts.guardian_present


def _demand(
    claim: Callable[[OpenKind, Context], bool], *, text: Text, instead: Text
) -> Rule[OpenKind]:
    """A condition of the pilot; it speaks only where the pilot reaches."""

    def check(facts: OpenKind, here: Context) -> Finding | None:
        return REFUSE if _covers(facts, here) and not claim(facts, here) else None

    return Rule(cites=law.R03, text=text, instead=instead, when=_wants_first_visit, check=check)


_ANOTHER_DOCTOR = Text(
    "请选择试点名单内的其他医生，或到医院就诊。",
    "Please choose another doctor of the pilot, or visit the hospital.",
)

RULES: tuple[Rule[OpenKind], ...] = (
    Rule(
        cites=law.R03,
        lifts=frozenset({"R02"}),
        text=Text(
            "互联网首诊只在北京试点：限北京儿童医院和首都儿童医学中心，限儿童生长发育、儿童营养、"
            "儿童皮肤病，2026年2月1日至12月31日。本次就诊不在试点范围内。",
            "Online first visits exist only in Beijing's pilot: Beijing Children's Hospital and the"
            " Capital Center for Children's Health; child growth, nutrition and skin disease;"
            " 1 February to 31 December 2026. This visit lies outside it.",
        ),
        instead=Text(
            "可以在线咨询，或带孩子到医院就诊。",
            "You can ask for advice online, or take the child to a hospital.",
        ),
        when=_wants_first_visit,
        check=_pilot,
    ),
    _demand(
        _has_whitelisted_doctor,
        text=Text(
            "这位医生不在试点的医生名单内。", "This doctor is not on the pilot's list of doctors."
        ),
        instead=_ANOTHER_DOCTOR,
    ),
    _demand(
        _has_title,
        text=Text(
            "试点首诊须由主治医师及以上职称的医生接诊。",
            "In the pilot a first visit needs an attending physician or one of higher title.",
        ),
        instead=_ANOTHER_DOCTOR,
    ),
    _demand(
        _has_practice_online,
        text=Text(
            "试点医生须有至少{doctor_min_online_years}年互联网复诊经验。",
            "A doctor of the pilot has at least {doctor_min_online_years} year of online follow-up.",
        ),
        instead=_ANOTHER_DOCTOR,
    ),
    _demand(
        _has_guardian,
        text=Text("试点首诊须有监护人全程陪同。", "In the pilot a guardian is with the child."),
        instead=Text("请监护人到场后再开始。", "Please begin when the guardian is with the child."),
    ),
)
