"""What the operators' board reads of visits: numbers, lists without a word of a patient, and steps."""

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from xinglin.care.consultation import rules
from xinglin.care.consultation.lifecycle import ANSWER_WITHIN, CONSULTATION, REPLY_WITHIN
from xinglin.care.consultation.types import (
    HouseDay,
    HouseNow,
    HouseVisit,
    NewestStep,
    UnsignedRecord,
    VisitStep,
)
from xinglin.foundation.database import services as database
from xinglin.kernel.errors import NotFound
from xinglin.kernel.text import Text

# `lifecycle.active_due` again, for many visits at once; a test compares the two.
_ASKED_AT = "greatest(c.state_since, t.last_patient_at)"
_DOCTORS_TURN = f"(t.last_doctor_at is null or t.last_doctor_at < {_ASKED_AT})"
_ACTIVE_DUE = f"""
    least(t.closes_at, greatest(c.extended_until,
        case when {_DOCTORS_TURN} then {_ASKED_AT} + interval '{REPLY_WITHIN.total_seconds()} s'
        else t.last_doctor_at + interval '{ANSWER_WITHIN.total_seconds()} s' end))
"""
_DUE = (
    f"case when c.in_call_since is not null then null"
    f" when c.state = 'active' then {_ACTIVE_DUE} else c.due_at end"
)
_DUE_STEP = f"""
    case when c.in_call_since is not null then ''
        when c.state <> 'active' then c.due_step
        when t.closes_at <= {_ACTIVE_DUE} then 'time_over'
        when {_DOCTORS_TURN} then 'no_reply'
        when t.turns >= t.max_turns then 'time_over'
        else 'patient_absent' end
"""
_OPEN = "('active', 'left_message', 'nobody', 'waiting')"
_HERE = "(%(house)s::uuid is null or c.institution_id = %(house)s::uuid)"
_THREAD = "join consultation_thread t on t.consultation_id = c.id"

# Each open state by its own partial index.
_NOW = f"""
    select department,
        count(*) filter (where state in ('waiting', 'nobody')) as waiting,
        count(*) filter (where state = 'left_message') as left_messages,
        min(requested_at) filter (where state in ('waiting', 'nobody')) as oldest,
        count(*) filter (where state = 'active') as active,
        count(*) filter (where due <= %(soon)s) as due_soon
    from (
        select c.department, c.state, c.requested_at, c.due_at as due
        from consultation_consultation c
        where c.state in ('waiting', 'nobody', 'left_message') and {_HERE}
        union all
        select c.department, c.state, c.requested_at, {_ACTIVE_DUE}
        from consultation_consultation c {_THREAD}
        where c.state = 'active' and {_HERE}
    ) now group by department
"""  # noqa: S608  # constants only
_ASKED = f"""
    select c.department, count(*) from consultation_consultation c
    where c.requested_at >= %(since)s and c.requested_at < %(until)s and {_HERE}
    group by c.department
"""  # noqa: S608  # constants only
GIVEN_UP: Final = frozenset(rules.GIVEN_UP.values())
_GIVEN_UP = ", ".join(f"'{ending}'" for ending in sorted(rules.GIVEN_UP.values()))
_ENDED = f"""
    select c.department, count(*) filter (where c.state = 'ended'),
        count(*) filter (where c.ending in ({_GIVEN_UP}))
    from consultation_consultation c
    where c.ended_at >= %(since)s and c.ended_at < %(until)s and {_HERE}
    group by c.department
"""  # noqa: S608  # constants only
# The empty department is the whole.
_REPLIES = f"""
    select coalesce(c.department, ''),
        percentile_disc(0.5) within group (order by c.first_reply_at - c.requested_at),
        percentile_disc(0.9) within group (order by c.first_reply_at - c.requested_at)
    from consultation_consultation c
    where c.first_reply_at >= %(since)s and c.first_reply_at < %(until)s and {_HERE}
    group by grouping sets ((c.department), ())
"""  # noqa: S608  # constants only
# Figure -> which visits it counts, and by what its list is ordered.
_FIGURES: Final = {
    "waiting": "c.state in ('waiting', 'nobody')",
    "left_messages": "c.state = 'left_message'",
    "active": "c.state = 'active'",
    "offers_out": "c.id = any(%(ids)s::uuid[])",
    "due_soon": f"c.state in {_OPEN} and {_DUE} <= %(soon)s",
    "asked_today": "c.requested_at >= %(since)s and c.requested_at < %(until)s",
    "served_today": "c.ended_at >= %(since)s and c.ended_at < %(until)s and c.state = 'ended'",
    "given_up_today": "c.ended_at >= %(since)s and c.ended_at < %(until)s"
    f" and c.ending in ({_GIVEN_UP})",
}
FIGURES: Final = tuple(_FIGURES)
_COLUMNS = f"""
    c.id, c.institution_id, c.patient_id, c.holder_id, c.practitioner_id, c.named_practitioner_id,
    c.department, c.state, c.urgency, c.requested_at, c.accepted_at, c.first_reply_at, c.ended_at,
    c.ending, c.returned, c.put_first, c.extended_until, {_DUE}, {_DUE_STEP},
    coalesce((select max(s.id) from consultation_step s where s.consultation_id = c.id), 0),
    (select max(v.version) from consultation_record_version v where v.consultation_id = c.id),
    c.language, c.site_id
"""  # noqa: S608  # constants only
_ONE = f"select {_COLUMNS} from consultation_consultation c {_THREAD} where c.id = %s"  # noqa: S608  # constants only
_COUNTED = ("asked", "served", "given_up")
_NEWEST = """
    select id, step, who, actor_id, at from consultation_step
    where consultation_id = %s order by id desc limit 1
"""
_STEPS = """
    select id, step, from_state, to_state, who, actor_id, at, reason, detail
    from consultation_step where consultation_id = %s order by id
"""
_UNSIGNED = """
    select c.id, c.institution_id, c.department, c.practitioner_id, c.ended_at
    from consultation_consultation c
    where c.ended_at > %s and c.ended_at <= %s and c.state = 'ended'
        and not c.ended_for = any(%s) and not exists (
            select from consultation_record_version v where v.consultation_id = c.id
        )
    order by c.ended_at limit %s
"""


def house_now(house: UUID | None, *, soon: datetime) -> dict[str, HouseNow]:
    """Department -> how it stands. `soon`: until then a deadline counts as about to pass."""
    rows = database.fetch(_NOW, {"house": house, "soon": soon})
    return {row[0]: HouseNow(*row[1:]) for row in rows}


def house_day(house: UUID | None, *, since: datetime, until: datetime) -> dict[str, HouseDay]:
    """Department -> what happened in this time; the empty one is the whole."""
    window = {"house": house, "since": since, "until": until}
    asked: dict[str, int] = dict(database.fetch(_ASKED, window))
    ended = {row[0]: row[1:] for row in database.fetch(_ENDED, window)}
    replies = {row[0]: row[1:] for row in database.fetch(_REPLIES, window)}
    found = {
        slug: HouseDay(
            asked.get(slug, 0), *ended.get(slug, (0, 0)), *replies.get(slug, (None, None))
        )
        for slug in asked.keys() | ended.keys() | (replies.keys() - {""})
    }
    counts = [sum(getattr(day, name) for day in found.values()) for name in _COUNTED]
    return found | {"": HouseDay(*counts, *replies.get("", (None, None)))}


def house_visits(
    house: UUID | None,
    figure: str,
    *,
    department: str,
    practitioner_id: UUID | None,
    times: Mapping[str, datetime],
    ids: Collection[UUID] | None,
    after: UUID | None,
    limit: int,
) -> list[HouseVisit]:
    """The visits that a figure counts, the oldest first, one more than `limit` when there are more.

    Args:
        figure: of `FIGURES`. `times`: since, until, soon. `ids`: of `offers_out`. `after`: the last one of the page before.
    """
    sql = f"""
        select {_COLUMNS} from consultation_consultation c {_THREAD}
        where {_FIGURES[figure]} and {_HERE}
            and (%(department)s = '' or c.department = %(department)s)
            and (%(doctor)s::uuid is null or c.practitioner_id = %(doctor)s::uuid)
            and (%(after)s::uuid is null or c.id > %(after)s::uuid)
        order by c.id limit %(limit)s
    """  # noqa: S608  # constants only
    values = {
        **times,
        "house": house,
        "ids": list(ids or ()),
        "department": department,
        "doctor": practitioner_id,
        "after": after,
        "limit": limit + 1,
    }
    return [HouseVisit(*row) for row in database.fetch(sql, values)]


def house_visit(consultation_id: UUID) -> HouseVisit:
    """Raises NotFound; the caller decides who may see it."""
    row = database.fetch_one(_ONE, [consultation_id])
    if row is None:
        raise NotFound
    return HouseVisit(*row)


def newest_step(consultation_id: UUID) -> NewestStep | None:
    row = database.fetch_one(_NEWEST, [consultation_id])
    return NewestStep(*row) if row else None


def steps_of(consultation_id: UUID) -> list[VisitStep]:
    """Every step, the first first; codes and ids, no words of anybody."""
    return [
        VisitStep(*(*row[:8], _codes(json.loads(row[8]))))
        for row in database.fetch(_STEPS, [consultation_id])
    ]


def step_text(name: str) -> Text:
    """What a person reads of a step."""
    return next((s.text for s in CONSULTATION.steps if s.name == name), _REQUESTED)


def reason_text(code: str) -> Text | None:
    """Of a step's reason, when it is of the vocabularies of visits."""
    known = (rules.ENDINGS, rules.RETURN_REASONS, rules.STOP_REASONS, rules.CLOSE_REASONS)
    return next((words[code] for words in known if code in words), None)


def unsigned_records(
    *, ended_after: datetime, ended_until: datetime, most: int
) -> list[UnsignedRecord]:
    """Visits that ended in this time and lack the record they need, the longest ago first."""
    rows = database.fetch(_UNSIGNED, [ended_after, ended_until, sorted(rules.WITHOUT_RECORD), most])
    return [UnsignedRecord(*row) for row in rows]


def _codes(detail: Mapping[str, Any]) -> dict[str, str]:
    """A doctor's advice, which stands there too, is none of the operator's."""
    return {name: str(detail[name]) for name in ("practitioner_id", "until") if name in detail}


_REQUESTED = Text("提交问诊", "Asked for a visit")
