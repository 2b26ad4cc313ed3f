"""From where a visit is held, as its screen shows it and as its record signs it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from xinglin.care.sites import queries as sites
from xinglin.care.sites.types import KINDS, MEASURES, ReadingCard
from xinglin.kernel.text import Text

SITE_LABEL: Final = Text("就诊站点", "Held from a site")
WISHES: Final = {
    True: Text("患者愿意店员留在旁边", "the patient wished the assistant to stay"),
    False: Text("患者请店员回避", "the patient wished the assistant to leave"),
    None: Text("患者没有说店员是否留下", "the patient did not say whether the assistant stays"),
}
_TOLD = (
    "walk_in_id",
    "code",
    "name",
    "kind",
    "assistant",
    "stays",
    "registered_at",
    "captured_at",
    "readings",
)
_READING = (
    "id",
    "kind",
    "values",
    "unit",
    "context",
    "instrument_serial",
    "instrument_model",
    "by",
)


def told_of_site(walk_in_id: UUID | None) -> dict[str, Any] | None:
    """The site, its assistant and what was measured there until now, as JSON; to sign, and to keep."""
    if walk_in_id is None:
        return None
    told: dict[str, Any] = sites.site_told(walk_in_id)
    return {name: told[name] for name in _TOLD}


def line_of_site(walk_in_id: UUID | None, *, until: datetime) -> Text | None:
    """As `site_line`, with what had been measured by then: what is asked for again says the same."""
    told = told_of_site(walk_in_id)
    if told is None:
        return None
    held = [r for r in told["readings"] if datetime.fromisoformat(r["kept_at"]) <= until]
    return site_line({**told, "readings": held})


def site_told(walk_in_id: UUID | None) -> dict[str, Any] | None:
    """As `told_of_site`, for a screen."""
    told = told_of_site(walk_in_id)
    return site_json(told) if told else None


def site_json(told: Mapping[str, Any]) -> dict[str, Any]:
    """What was told, or signed, in words."""
    captured_at = told["captured_at"]
    return {
        "walk_in_id": told["walk_in_id"],
        "code": told["code"],
        "site": Text(**told["name"]),
        "kind": told["kind"],
        "kind_text": KINDS[told["kind"]],
        "assistant": told["assistant"],
        "stays": told["stays"],
        "registered_at": datetime.fromisoformat(told["registered_at"]),
        "captured_at": datetime.fromisoformat(captured_at) if captured_at else None,
        "readings": [
            {name: each[name] for name in _READING}
            | {"taken_by": each.get("taken_by", "")}
            | {"measured_at": datetime.fromisoformat(each["measured_at"])}
            for each in told["readings"]
        ],
    }


def site_line(told: Mapping[str, Any]) -> Text:
    """The site, who registered, the wish, and what was measured, in one line of a paper."""
    name, kind = told["name"], KINDS[told["kind"]]
    values = [_line(each) for each in told["readings"]]
    where = Text(f"{name['zh']}（{kind.zh}）", f"{name['en']} ({kind.en})")
    who = Text(f"店员{told['assistant']}登记", f"registered by {told['assistant']}")
    said = (where, who, WISHES[told["stays"]], *values)
    zh, en = [each.zh for each in said], [each.en for each in said]
    return Text("；".join(zh), "; ".join(en))


def reading_line(card: ReadingCard) -> Text:
    """What was measured, with its unit and instrument."""
    return _line(
        {
            "kind": card.kind,
            "values": card.values,
            "unit": card.unit,
            "instrument_serial": card.instrument_serial,
        }
    )


def _line(told: Mapping[str, Any]) -> Text:
    name = MEASURES[told["kind"]].name
    value = "/".join(f"{each:g}" for each in _in_order(told)) + f" {told['unit']}"
    serial = told["instrument_serial"]
    return Text(
        f"{name.zh} {value}" + (f"（仪器 {serial}）" if serial else ""),
        f"{name.en} {value}" + (f" (instrument {serial})" if serial else ""),
    )


def _in_order(told: Mapping[str, Any]) -> list[float]:
    """As they are said: the systolic value first."""
    return [told["values"][part] for part in MEASURES[told["kind"]].parts]
