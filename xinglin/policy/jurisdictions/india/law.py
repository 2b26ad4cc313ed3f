"""India's source, citations and knobs."""

from datetime import date

from xinglin.kernel.text import Text
from xinglin.policy.house import CALL_KNOBS
from xinglin.policy.house_prescriptions import KNOBS as PRESCRIPTION_KNOBS
from xinglin.policy.terms import Citation, HelpLine, Knob, Source

TPG = Source("TPG", "Telemedicine Practice Guidelines", "2020")
Y2020 = date(2020, 1, 1)


def _guideline(identifier: str) -> Citation:
    return Citation(id=identifier, source="TPG", basis=(TPG,), status="confirmed", since=Y2020)


IN1, IN2, IN4 = _guideline("IN1"), _guideline("IN2"), _guideline("IN4")
IN3 = Citation(
    id="IN3",
    source="TPG (no.?)",
    basis=(TPG,),
    status="memory",
    since=Y2020,
    note="memory: what each list allows (A: first visit by video, or follow-up; B: follow-up only;"
    " over the counter counts as O)",
)

_MOHFW = Source("MoHFW", "Ministry of Health and Family Welfare: Tele-MANAS", "2022?")
C15 = Citation(
    id="C15",
    source="MoHFW",
    basis=(_MOHFW,),
    status="memory",
    note="memory: no text about the line was at hand; dial once before the house opens",
)

KNOBS = (
    Knob(
        name="refill_in_person_months",
        value=6,
        unit="months",
        rule="IN2",
        since=Y2020,
        stricter=min,
    ),
    Knob(name="emergency_number", value="112", rule="IN1", ours=True),
    Knob(
        name="crisis_lines",
        value=(
            HelpLine(
                number="14416",
                name=Text("全国远程心理健康热线", "Tele-MANAS mental health line"),
                cites=C15,
            ),
        ),
        rule="C15",
        ours=True,
    ),
    Knob(name="guardian_age", value=18, unit="years", rule="IN4", ours=True, stricter=max),
    Knob(
        name="banned_drug_classes",
        value=frozenset({"india_prohibited", "narcotic", "psychotropic_1", "psychotropic_2"}),
        rule="IN3",
        since=Y2020,
        stricter=frozenset.union,
    ),
    *CALL_KNOBS,
    *PRESCRIPTION_KNOBS,
)
