"""Beijing: the national rules, and the pilot of first visits for children in 2026 (R03)."""

from datetime import timedelta, timezone

from xinglin.kernel.text import Text
from xinglin.policy.jurisdictions.cn_bj.law import KNOBS as KNOBS

NAME = Text("北京", "Beijing")
PARENT = "cn"
ZONE = timezone(timedelta(hours=8))
