"""Why a doctor was asked, as it is kept with each offer: a line for each reader."""

from collections.abc import Mapping
from typing import Any

from xinglin.kernel.text import Text


def patients_line(why: Mapping[str, Any]) -> Text | None:
    """Offers of before have none."""
    return Text(**why["patient"]) if "patient" in why else None


def auditors_line(why: Mapping[str, Any]) -> Text:
    """What was compared; offers of before have the doctor's line alone."""
    line = why.get("auditor", why)
    return Text(line["zh"], line["en"])
