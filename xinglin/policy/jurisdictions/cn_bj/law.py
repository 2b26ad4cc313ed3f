"""Beijing's source, citation and knobs."""

from datetime import date
from itertools import product

from xinglin.policy.terms import Citation, Knob, Source

BJ = Source(
    "BJ",
    "北京互联网首诊试点 (Xinhua 2026-02-01; China Daily 2026-02-03)",
    "January-December 2026",
)
FROM, UNTIL = date(2026, 2, 1), date(2026, 12, 31)

R03 = Citation(
    id="R03",
    source="BJ",
    basis=(BJ,),
    status="confirmed",
    since=FROM,
    until=UNTIL,
    note="confirmed (approved for January)",
)

# Codes of ours: no official institution codes are at hand.
HOSPITALS = ("beijing_childrens_hospital", "capital_center_for_childrens_health")
# Growth and development, nutrition, skin (as the official department list has them).
LINES = ("09.01", "09.02", "13", "13.01")

KNOBS = (
    Knob(
        name="first_visit_allowed",
        value=frozenset(product(HOSPITALS, LINES)),
        unit="institution, department",
        rule="R03",
        since=FROM,
        until=UNTIL,
    ),
    Knob(name="doctor_whitelist", value=True, rule="R03", since=FROM, until=UNTIL),
    Knob(
        name="doctor_min_title",
        value="233",
        unit="title code",
        rule="R03",
        since=FROM,
        until=UNTIL,
    ),
    Knob(
        name="doctor_min_online_years",
        value=1,
        unit="years",
        rule="R03",
        since=FROM,
        until=UNTIL,
    ),
)
