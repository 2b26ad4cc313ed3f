"""China's citations and knobs: each rule's origin and doubt is stated here, once.

What concerns prescriptions stands in `prescriptions`.
"""

from datetime import date

from xinglin.kernel.text import Text
from xinglin.policy.house import CALL_KNOBS
from xinglin.policy.jurisdictions.cn.law import prescriptions
from xinglin.policy.jurisdictions.cn.law.sources import (
    BJ23,
    CF,
    GL,
    PIPL,
    PRACTICE,
    TJ,
    XZ,
    Y2007,
    Y2018,
    Y2021,
    Y2022,
    Y2025,
    YY,
)
from xinglin.policy.terms import Citation, HelpLine, Knob, Source

R01 = Citation(id="R01", source="GL 2", basis=(GL,), status="confirmed", since=Y2018)
R02 = Citation(
    id="R02",
    source="GL 16",
    basis=(GL,),
    status="confirmed",
    since=Y2018,
    note="confirmed; an exception for COVID-19 from late 2022 to early 2023 is secondary, its days"
    " are not known here and it is not applied",
)
R04 = Citation(id="R04", source="XZ 18 (no.?)", basis=(XZ,), status="confirmed", since=Y2022)
R04_OURS = Citation(
    id="R04",
    source="R04: knob follow_up_proof_max_age",
    basis=(XZ,),
    status="ours",
    note="the rule has no limit; the reminder is ours",
)
R05 = Citation(id="R05", source="GL 16", basis=(GL,), status="secondary", since=Y2018)
R06 = Citation(
    id="R06", source="GL 16; XZ 18 (no.?)", basis=(GL, XZ), status="confirmed", since=Y2018
)
R08 = Citation(id="R08", source="practice under R02, R04", basis=(PRACTICE,), status="secondary")
R09 = Citation(id="R09", source="GL 5; XZ 7", basis=(GL, XZ), status="confirmed", since=Y2018)
R13 = Citation(
    id="R13",
    source="XZ 9-10 (no.?)",
    basis=(XZ,),
    status="memory",
    since=Y2022,
    note="memory; the written form for remote medicine is confirmed elsewhere and not used here",
)
R13_RELATIVE = Citation(
    id="R13",
    source="XZ 9-10 (no.?)",
    basis=(XZ,),
    status="memory",
    since=Y2022,
    note="memory: consent is had before service; how an adult says so to whom a relative asks for"
    " (a message to the own phone) is ours",
)
R14 = Citation(id="R14", source="GL 25", basis=(GL,), status="confirmed", since=Y2018)
R15 = Citation(id="R15", source="GL 15 (no.?)", basis=(GL,), status="memory", since=Y2018)
R16 = Citation(
    id="R16",
    source="XZ 13",
    basis=(XZ,),
    status="confirmed",
    since=Y2022,
    note="confirmed (number secondary)",
)
R17 = Citation(id="R17", source="XZ 14 (no.?)", basis=(XZ,), status="confirmed", since=Y2022)
R20 = Citation(
    id="R20",
    source="XZ 17 (no.?); BJ23",
    basis=(XZ, BJ23),
    status="confirmed",
    since=Y2022,
    note="confirmed (Beijing text)",
)
R22 = Citation(
    id="R22",
    source="XZ 20 (no.?); TJ 21; BJ23",
    basis=(XZ, TJ, BJ23),
    status="confirmed",
    since=Y2022,
)
R38 = Citation(id="R38", source="CF 50", basis=(CF,), status="secondary", since=Y2007)
R48 = Citation(
    id="R48",
    source="GL 14, YY annex (no.?)",
    basis=(GL, YY),
    status="secondary",
    since=Y2018,
    note="secondary (level, logs)",
)
_R49_IN_FULL = "confirmed (28); secondary (29, 30); memory (31)"
R49_CONSENT = Citation(
    id="R49",
    source="PIPL 28, 29, 30",
    basis=(PIPL,),
    status="secondary",
    since=Y2021,
    note=_R49_IN_FULL,
)
R49_GUARDIAN = Citation(
    id="R49",
    source="PIPL 28, 31",
    basis=(PIPL,),
    status="memory",
    since=Y2021,
    note=_R49_IN_FULL,
)
R49_OURS = Citation(
    id="R49",
    source="R49: knob guardian_age",
    basis=(PIPL,),
    status="ours",
    note="the law names 14 for data; 18 for registration is ours",
)
R52 = Citation(id="R52", source="PIPL 45-47", basis=(PIPL,), status="memory", since=Y2021)

_NHC = Source("NHC", "国家卫生健康委员会 (National Health Commission)", "2025?")
_LINES_NOTE = "memory: no text about these lines was at hand; dial once before the house opens"
C15 = Citation(
    id="C15", source="NHC (no.?)", basis=(_NHC,), status="memory", since=Y2025, note=_LINES_NOTE
)
C15_OLD = Citation(id="C15", source="NHC (no.?)", basis=(_NHC,), status="memory", note=_LINES_NOTE)
PSYCHOLOGICAL_AID = HelpLine(
    number="12356",
    name=Text("全国统一心理援助热线", "national psychological aid line"),
    cites=C15,
)
PUBLIC_HEALTH_AID = HelpLine(
    number="12320-5",
    name=Text("公共卫生热线，心理援助", "public health line, psychological aid"),
    cites=C15_OLD,
)

KNOBS = (
    Knob(
        name="consult_kinds",
        value=frozenset({"advice", "follow_up", "family_doctor"}),
        rule="R01",
        since=Y2018,
        stricter=frozenset.intersection,
    ),
    Knob(name="first_visit_allowed", value=frozenset(), rule="R02", since=Y2018),
    Knob(
        name="follow_up_proof_types",
        value=frozenset(
            {
                "outpatient_record",
                "inpatient_record",
                "discharge_summary",
                "diagnosis_certificate",
            }
        ),
        rule="R04",
        since=Y2022,
        stricter=frozenset.intersection,
    ),
    Knob(
        name="follow_up_proof_max_age",
        value=180,
        unit="days, warn only",
        rule="R04",
        ours=True,
        stricter=min,
    ),
    Knob(name="same_diagnosis_only", value=True, rule="R05", since=Y2018, stricter=max),
    Knob(name="emergency_number", value="120", rule="R06"),
    Knob(
        name="crisis_lines",
        value=(PSYCHOLOGICAL_AID, PUBLIC_HEALTH_AID),
        rule="C15",
        since=Y2025,
        ours=True,
    ),
    Knob(
        name="crisis_lines",
        value=(PUBLIC_HEALTH_AID,),
        rule="C15",
        until=date(2024, 12, 31),
        ours=True,
    ),
    Knob(name="doctor_min_years", value=3, unit="years", rule="R14", since=Y2018, stricter=max),
    Knob(name="doctor_check_hours", value=12, unit="hours", rule="R16", ours=True, stricter=min),
    Knob(name="multi_site_required", value=True, rule="R17", since=Y2022, stricter=max),
    Knob(name="retention_record", value=15, unit="years", rule="R22", since=Y2022, stricter=max),
    Knob(name="retention_media", value=3, unit="years", rule="R22", since=Y2022, stricter=max),
    Knob(
        name="retention_rx",
        value={
            "ordinary": 1,
            "emergency": 1,
            "paediatric": 1,
            "toxic": 2,
            "psychotropic_2": 2,
            "narcotic": 3,
            "psychotropic_1": 3,
        },
        unit="years by class",
        rule="R38",
        since=Y2007,
    ),
    Knob(name="audit_retention", value=15, unit="years", rule="R48", ours=True, stricter=max),
    Knob(name="guardian_age", value=18, unit="years", rule="R49", ours=True, stricter=max),
    Knob(name="data_consent_age", value=14, unit="years", rule="R49", since=Y2021, stricter=max),
    *CALL_KNOBS,
    *prescriptions.KNOBS,
)
