"""China's citations and knobs on prescriptions: writing, review, dispensing (R23-R42, R58)."""

from xinglin.policy.house_prescriptions import SAFETY_KNOBS, SUPPLY_KNOBS
from xinglin.policy.jurisdictions.cn.law.sources import (
    BJ23,
    CF,
    CQ,
    ESL,
    GL,
    KJ,
    PRACTICE,
    TJ,
    XZ,
    Y2005,
    Y2007,
    Y2012,
    Y2018,
    Y2021,
    Y2022,
    YY,
)
from xinglin.policy.terms import Citation, Knob

_XZ_21 = "XZ 21; TJ 23"
R23 = Citation(
    id="R23",
    source=_XZ_21,
    basis=(XZ, TJ),
    status="confirmed",
    since=Y2022,
    note="confirmed (number secondary)",
)
R23_OURS = Citation(
    id="R23",
    source="R23: knob consult_modes_allowed_for_prescribing",
    basis=(XZ,),
    status="ours",
    note="no national limit is known; the list is ours",
)
R24 = Citation(id="R24", source=_XZ_21, basis=(XZ, TJ), status="confirmed", since=Y2022)
R25 = Citation(id="R25", source=_XZ_21, basis=(XZ, TJ), status="confirmed", since=Y2022)
R27 = Citation(id="R27", source="GL 19; TJ 23", basis=(GL, TJ), status="confirmed", since=Y2018)
R28 = Citation(id="R28", source="YY 20 (no.?)", basis=(YY,), status="secondary", since=Y2018)
R29 = Citation(
    id="R29",
    source="GL 19; TJ 23",
    basis=(GL, TJ),
    status="confirmed",
    since=Y2018,
    note="confirmed; which departments are the relevant specialty (knob child_specialties) is ours",
)
R30 = Citation(
    id="R30",
    source="XZ 22 (no.?), read in the 2021 draft",
    basis=(XZ,),
    status="secondary",
    since=Y2022,
)
R31 = Citation(
    id="R31",
    source="XZ 26-27 (no.?); BJ23",
    basis=(XZ, BJ23),
    status="confirmed",
    since=Y2022,
    note="confirmed (Beijing text)",
)
R33 = Citation(id="R33", source="CF 18", basis=(CF,), status="secondary", since=Y2007)
R34 = Citation(id="R34", source="CF 19", basis=(CF,), status="secondary", since=Y2007)
R35 = Citation(
    id="R35",
    source="CF 6 (no.?)",
    basis=(CF,),
    status="secondary",
    since=Y2007,
    note="secondary; that the limit counts western and patent medicines, not the herbs of one"
    " formula, is from memory",
)
R36 = Citation(id="R36", source="CF 6 (no.?)", basis=(CF,), status="memory", since=Y2007)
R37 = Citation(id="R37", source="CF 35, 37", basis=(CF,), status="memory", since=Y2007)
R39 = Citation(
    id="R39",
    source="antibacterial measures 2012 (no.?)",
    basis=(KJ,),
    status="memory",
    since=Y2012,
)
_R41_IN_FULL = "secondary (12 weeks, exclusions); memory (4 weeks, first offline)"
R41 = Citation(
    id="R41", source="CQ", basis=(CQ,), status="secondary", since=Y2021, note=_R41_IN_FULL
)
R41_MEMORY = Citation(
    id="R41",
    source="CQ (no.?)",
    basis=(CQ,),
    status="memory",
    since=Y2021,
    note=_R41_IN_FULL,
)
R42 = Citation(
    id="R42",
    source="practice",
    basis=(PRACTICE,),
    status="secondary",
    note="the practice names certain medicines; here it is all of them",
)
R42_OURS = Citation(
    id="R42",
    source="R42: declared relatives",
    basis=(PRACTICE,),
    status="ours",
    note="no rule on relatives is in hand; the warning is ours",
)
R58 = Citation(id="R58", source="ESL 13", basis=(ESL,), status="memory", since=Y2005)

HIGH_RISK = "special_rule_high_risk"

KNOBS = (
    Knob(
        name="consult_modes_allowed_for_prescribing",
        value=frozenset({"text", "audio", "video"}),
        rule="R23",
        ours=True,
        stricter=frozenset.intersection,
    ),
    Knob(name="second_reviewer_role", value="pharmacist", rule="R23", since=Y2022),
    Knob(name="review_timeout_action", value="escalate", rule="R23", since=Y2022),
    Knob(name="ai_in_prescription", value=False, rule="R24", since=Y2022, stricter=min),
    Knob(
        name="banned_drug_classes",
        value=frozenset(
            {"narcotic", "psychotropic_1", "psychotropic_2", "toxic", "radioactive", HIGH_RISK}
        ),
        rule="R27, R28",
        since=Y2018,
        stricter=frozenset.union,
    ),
    Knob(
        name="guardian_plus_specialist_age",
        value=6,
        unit="years",
        rule="R29",
        since=Y2018,
        stricter=max,
    ),
    Knob(
        name="child_specialties",
        value=frozenset({"07", "08", "09", "50.04"}),
        unit="official departments and what is below them",
        rule="R29",
        ours=True,
        stricter=frozenset.intersection,
    ),
    Knob(name="rx_valid_days", value=1, unit="days", rule="R33", since=Y2007, stricter=min),
    Knob(
        name="rx_valid_days_longest",
        value=3,
        unit="days, by the doctor",
        rule="R33",
        since=Y2007,
        stricter=min,
    ),
    Knob(name="rx_max_days", value=7, unit="days", rule="R34", since=Y2007, stricter=min),
    Knob(
        name="rx_max_days_emergency",
        value=3,
        unit="days",
        rule="R34",
        since=Y2007,
        stricter=min,
    ),
    Knob(name="max_items", value=5, unit="medicines", rule="R35", since=Y2007, stricter=min),
    Knob(
        name="age_in_months_under",
        value=1,
        unit="years",
        rule="R36",
        ours=True,
        stricter=max,
    ),
    Knob(
        name="restricted_drug_rules",
        value={"special_use_antibacterial": "refuse"},
        rule="R39",
        since=Y2012,
    ),
    Knob(
        name="controlled_max_days",
        value={"injection": "one usual dose", "controlled_release": 7, "other": 3},
        unit="days; offline only: online R27 refuses them all",
        rule="R40",
        since=Y2007,
    ),
    Knob(
        name="rx_max_days_chronic",
        value=84,
        unit="days",
        rule="R41",
        since=Y2021,
        stricter=min,
    ),
    Knob(
        name="rx_evaluation_required_over_days",
        value=28,
        unit="days",
        rule="R41",
        since=Y2021,
        stricter=min,
    ),
    Knob(
        name="long_term_excluded_classes",
        value=frozenset(
            {
                "narcotic",
                "psychotropic_1",
                "psychotropic_2",
                "antibacterial",
                "special_use_antibacterial",
                "special_storage",
            }
        ),
        rule="R41",
        since=Y2021,
        stricter=frozenset.union,
    ),
    Knob(name="self_prescribing", value="refuse", rule="R42"),
    Knob(
        name="signature_kind",
        value=frozenset({"certificate"}),
        rule="R58",
        since=Y2005,
        stricter=frozenset.intersection,
    ),
    *SAFETY_KNOBS,
    *SUPPLY_KNOBS,
)
