"""The United Kingdom: a place that asks for judgement and its record, where others forbid."""

from zoneinfo import ZoneInfo

from xinglin.kernel.text import Text
from xinglin.policy.jurisdictions.uk.law import KNOBS as KNOBS

NAME = Text("英国", "United Kingdom")
PARENT = None
ZONE = ZoneInfo("Europe/London")
