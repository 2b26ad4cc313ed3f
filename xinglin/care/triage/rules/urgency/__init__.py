"""How urgent a case is, and why."""

from xinglin.care.triage.rules.urgency.judging import CRISIS_FLAGS as CRISIS_FLAGS
from xinglin.care.triage.rules.urgency.judging import judge as judge
from xinglin.care.triage.rules.urgency.listing import Listed as Listed
from xinglin.care.triage.rules.urgency.listing import listed as listed
from xinglin.care.triage.rules.urgency.ruleset import discriminators as discriminators
from xinglin.care.triage.rules.urgency.ruleset import version as version
from xinglin.care.triage.rules.urgency.types import (
    URGENCIES as URGENCIES,
)
from xinglin.care.triage.rules.urgency.types import (
    Judgement as Judgement,
)
from xinglin.care.triage.rules.urgency.types import (
    Reason as Reason,
)
from xinglin.care.triage.rules.urgency.types import (
    Urgency as Urgency,
)
