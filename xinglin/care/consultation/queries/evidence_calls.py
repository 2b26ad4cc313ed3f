"""The calls of one visit for a dispute package: who rang, was in it, agreed to what, and listened."""

from collections.abc import Iterable
from datetime import datetime, tzinfo
from typing import Any

from django.db.models import Model

from xinglin.care.consultation import rules
from xinglin.care.consultation.channels import known
from xinglin.care.consultation.models import Call, Consultation
from xinglin.foundation.calls import queries as rooms
from xinglin.foundation.copies.types import Part, Section
from xinglin.kernel import clock
from xinglin.kernel.text import Text


def calls_part(row: Consultation, zone: tzinfo) -> Part:
    """Every call with all that was written of it, and when its line was up."""
    calls = list(
        Call.objects.filter(consultation=row)
        .prefetch_related("steps", "consents", "invitations", "observations", "stills")
        .order_by("id")
    )
    times = rooms.clocks([each.pk for each in calls], at=clock.now())
    data = [
        {
            "call": _columns(each),
            "steps": _rows(each.steps.all()),
            "consents": _rows(each.consents.all()),
            "invitations": _rows(each.invitations.all()),
            "observations": _rows(each.observations.all()),
            "stills": _rows(each.stills.all()),
            "line_up": [list(span) for span in times[each.pk].spans] if each.pk in times else [],
        }
        for each in calls
    ]
    lines = [(_moment(each.asked_at, zone), _words(each)) for each in calls]
    return Part(
        name="calls", data={"calls": data}, sections=[Section(Text("通话", "Calls"), lines)]
    )


def _words(call: Call) -> Text:
    name = known()[call.channel].text
    ending = rules.CALL_ENDINGS.get(call.ending, Text("进行中", "under way"))
    seconds = (call.clock_ms or 0) // 1000
    return Text(
        f"{name.zh}，接通{seconds}秒，{ending.zh}",
        f"{name.en}, connected for {seconds} s, {ending.en}",
    )


def _rows(rows: Iterable[Model]) -> list[dict[str, Any]]:
    return [_columns(each) for each in sorted(rows, key=lambda each: str(each.pk).rjust(40))]


def _columns(row: Model) -> dict[str, Any]:
    names = (field.attname for field in row._meta.concrete_fields)  # noqa: SLF001  # Django's public name for it
    return {name: getattr(row, name) for name in names}


def _moment(at: datetime, zone: tzinfo) -> Text:
    told = f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}"
    return Text(told, told)
