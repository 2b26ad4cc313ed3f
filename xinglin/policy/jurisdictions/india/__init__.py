"""India: a nation that answers the first visit the other way."""

from datetime import timedelta, timezone

from xinglin.kernel.text import Text
from xinglin.policy.jurisdictions.india.law import KNOBS as KNOBS

NAME = Text("印度", "India")
PARENT = None
ZONE = timezone(timedelta(hours=5, minutes=30))
