"""The United Kingdom's sources, citations and knobs."""

from datetime import date

from xinglin.kernel.text import Text
from xinglin.policy.house import CALL_KNOBS
from xinglin.policy.house_prescriptions import KNOBS as PRESCRIPTION_KNOBS
from xinglin.policy.terms import Citation, HelpLine, Knob, Source

GMC_REMOTE = Source(
    "GMC remote",
    "GMC: High level principles for good practice in remote consultations and prescribing",
    "2019-11?",
)
GMC_RX = Source("GMC prescribing", "GMC: guidance on remote prescribing", "2012-07-23; 2021-04?")
NHS_SAFETY = Source("NHS DCB", "NHS DCB0129, DCB0160: clinical risk management", "-")

UK2_FROM, Y2020, Y2022 = date(2012, 7, 23), date(2020, 1, 1), date(2022, 1, 1)

UK1 = Citation(
    id="UK1",
    source="GMC remote",
    basis=(GMC_REMOTE,),
    status="confirmed",
    since=Y2020,
    note="confirmed; its day is from memory, so it binds from the first full year",
)
UK2 = Citation(
    id="UK2", source="GMC prescribing", basis=(GMC_RX,), status="confirmed", since=UK2_FROM
)
UK3 = Citation(
    id="UK3",
    source="GMC prescribing",
    basis=(GMC_RX,),
    status="confirmed",
    since=Y2022,
    note="confirmed; its day is from memory, so it binds from the first full year",
)
UK3_CLASSES = Citation(
    id="UK3",
    source="GMC prescribing (no.?)",
    basis=(GMC_RX,),
    status="memory",
    since=Y2022,
    note="confirmed that some classes need safeguards; which ones (knob safeguarded_drug_classes)"
    " is from memory",
)

_SAMARITANS = Source("Samaritans", "Samaritans (samaritans.org)", "-")
C15 = Citation(
    id="C15",
    source="Samaritans",
    basis=(_SAMARITANS,),
    status="memory",
    note="memory: no text about the line was at hand; dial once before the house opens",
)

KNOBS = (
    Knob(
        name="safeguarded_drug_classes",
        value=frozenset({"narcotic", "psychotropic_1", "psychotropic_2"}),
        rule="UK3",
        since=Y2022,
        stricter=frozenset.union,
    ),
    Knob(name="safety_case_required", value=True, rule="UK4", stricter=max),
    Knob(name="emergency_number", value="999", rule="UK1", ours=True),
    Knob(
        name="crisis_lines",
        value=(
            HelpLine(
                number="116 123",
                name=Text("撒马利亚会心理援助热线", "Samaritans"),
                cites=C15,
            ),
        ),
        rule="C15",
        ours=True,
    ),
    Knob(name="guardian_age", value=18, unit="years", rule="XL23", ours=True, stricter=max),
    *CALL_KNOBS,
    *PRESCRIPTION_KNOBS,
)
