"""The list of doctors: who is found by what is asked, in an order that can be told to anybody.

First those whose name it is; then who is on duty, with room before without; then who has said when he
is back; then the others. Within each, whose own department it is before who also serves it, then by
name. Nobody can pay for a place.
"""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from xinglin.care.dispatch.queries import words
from xinglin.care.dispatch.queries.profiles import cards_of
from xinglin.care.dispatch.types import DoctorsFound
from xinglin.care.people import queries as people
from xinglin.care.triage import queries as triage
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.database import services as database
from xinglin.kernel.errors import FieldError, Invalid
from xinglin.kernel.text import Text

MOST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """`after`: the `next` of the page before. `language`: that the doctor has said to speak."""

    query: str = ""
    department: str = ""
    title: str = ""
    language: str = ""
    on_duty: bool = False
    after: str = ""
    limit: int = 20


@dataclass(frozen=True, slots=True)
class _Group:
    """One stretch of the order: who is in it, and what comes before fit and name in its key."""

    condition: str
    first: tuple[str, ...] = ()
    types: tuple[str, ...] = ()


_IS_ON = "d.on_since is not null"
_IS_NAMED = "p.names like all(%(likes)s)"
_BUSY = "(d.reserved >= d.capacity or coalesce(d.away_until > %(at)s, false))::int"
# Nobody is in two groups, so whoever reads page after page meets everybody once.
_GROUPS = (
    _Group(_IS_NAMED, (f"(not ({_IS_ON}))::int",), ("int",)),
    _Group(_IS_ON, (_BUSY,), ("int",)),
    _Group(f"not ({_IS_ON}) and d.back_at > %(at)s", ("d.back_at",), ("timestamptz",)),
    _Group(f"not coalesce({_IS_ON} or d.back_at > %(at)s, false)"),
)
_BY_NAME, _ON_DUTY = 0, 1
_LAST = ("p.sort_key", "p.practitioner_id")
_LAST_TYPES = ("text", "uuid")
_HIT = "(p.grams @> %(grams)s and p.words like all(%(likes)s))"
_SERVES = "p.departments ? %(wanted)s"
_SPEAKS = """exists (
    select from people_practitioner s
    where s.id = p.practitioner_id and %(language)s = any(s.languages)
)"""
# Who serves the department that the words point to comes after those whose words they are.
_HOW_IT_FITS = f"(case when {_HIT} then 0 else 1 end)"
_WHOSE_OWN = "coalesce((p.departments ->> %(wanted)s)::int, 3)"


def find_doctors(viewer: Viewer, search: Search, at: datetime) -> DoctorsFound:
    """One page of who may be found. Eight statements at most, however many doctors there are.

    Raises:
        Invalid: no such department or language, or `after` is none of ours.
    """
    if search.department:
        people.department(search.department)
    sought = words.sought(search.query)
    hint = ""
    if search.query and not search.department:
        hint = triage.department_for(search.query) or ""
    house = people.own_institution(viewer)
    # The one of the house everybody is taken to speak.
    search = replace(search, language=people.language_wished(search.language, place=house.place))
    values: dict[str, Any] = {
        "institution": house.id,
        "at": at,
        "wanted": search.department or hint,
        "title": search.title,
        "language": search.language,
        "grams": sought.grams,
        "likes": sought.likes,
    }
    if search.query.strip() and sought.is_empty:
        found: list[tuple[int, list[Any]]] = []
    else:
        found = _found(search, values, asks=not sought.is_empty, hint=bool(hint))
    shown = found[: search.limit]
    cards = cards_of([keys[-1] for _, keys in shown], at)
    return DoctorsFound(
        items=tuple(cards[keys[-1]] for _, keys in shown if keys[-1] in cards),
        next=_next(*shown[-1]) if len(found) > search.limit else None,
        department=people.department(hint) if hint else None,
        languages=people.may_be_asked_for(people.languages(), place=house.place),
    )


def _found(
    search: Search, values: dict[str, Any], *, asks: bool, hint: bool
) -> list[tuple[int, list[Any]]]:
    """Group and key of each, one more than the page shows."""
    start, keys = _begin(search.after)
    found: list[tuple[int, list[Any]]] = []
    for number, group in enumerate(_GROUPS):
        missing = search.limit + 1 - len(found)
        if number < start or missing <= 0 or (number == _BY_NAME and not asks):
            continue
        if search.on_duty and number > _ON_DUTY:
            break
        after = keys if number == start and keys else None
        sql, types = _statement(
            search, group, number, asks=asks, hint=hint, goes_on=after is not None
        )
        given = _typed(after, types) if after is not None else {}
        rows = database.fetch(sql, {**values, **given, "limit": missing})
        found += [(number, list(row)) for row in rows]
    return found


def _statement(
    search: Search, group: _Group, number: int, *, asks: bool, hint: bool, goes_on: bool
) -> tuple[str, tuple[str, ...]]:
    """What is not asked for is not in it: the plan, and its index, follow from that."""
    by_name = number == _BY_NAME
    where = [group.condition]
    if search.on_duty:
        where.append(_IS_ON)
    if search.title:
        where.append("p.title_code = %(title)s")
    if search.language:
        where.append(_SPEAKS)
    if search.department:
        where.append(_SERVES)
    if asks:
        where.append(f"({_HIT} or {_SERVES})" if hint and not by_name else _HIT)
        if not by_name:
            where.append(f"not ({_IS_NAMED})")
    fits, fit_types = _fits(search, asks=asks, hint=hint and not by_name)
    keys, types = (*group.first, *fits, *_LAST), (*group.types, *fit_types, *_LAST_TYPES)
    if goes_on:
        places = ", ".join(f"%(k{n})s::{kind}" for n, kind in enumerate(types))
        where.append(f"({', '.join(keys)}) > ({places})")
    sql = f"""
        select {", ".join(keys)} from dispatch_profile p
        left join dispatch_duty d on d.practitioner_id = p.practitioner_id
        where p.institution_id = %(institution)s and p.is_fit
            and (p.fit_until is null or p.fit_until > %(at)s) and {" and ".join(where)}
        order by {", ".join(keys)} limit %(limit)s
    """  # noqa: S608  # constants only
    return sql, types


def _fits(search: Search, *, asks: bool, hint: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if asks and hint:
        return (_HOW_IT_FITS, _WHOSE_OWN), ("int", "int")
    return ((_WHOSE_OWN,), ("int",)) if search.department else ((), ())


def _small(key: str) -> int:
    number = int(key)
    if number not in range(10):  # ours are: where one fits, whether there is room
        raise ValueError(key)
    return number


def _plain(key: str) -> str:
    """Raises ValueError for what PostgreSQL takes for no text."""
    if "\0" in key:
        raise ValueError(key)
    return key.encode().decode()


_READ: dict[str, Callable[[str], Any]] = {
    "int": _small,
    "text": _plain,
    "uuid": UUID,
    "timestamptz": datetime.fromisoformat,
}


def _next(group: int, keys: list[Any]) -> str:
    told = [group, *(k.isoformat() if isinstance(k, datetime) else str(k) for k in keys)]
    return base64.urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=")


def _begin(after: str) -> tuple[int, list[str]]:
    if not after:
        return 0, []
    try:
        told = json.loads(base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)))
        group, *keys = told
        if group not in range(len(_GROUPS)) or not all(isinstance(k, str) for k in keys):
            raise _WRONG_PLACE
    except (ValueError, TypeError) as error:
        raise _WRONG_PLACE from error
    return int(group), keys


def _typed(keys: list[str], types: tuple[str, ...]) -> dict[str, Any]:
    try:
        read = [_READ[kind](key) for key, kind in zip(keys, types, strict=True)]
    except ValueError as error:
        raise _WRONG_PLACE from error
    return {f"k{n}": key for n, key in enumerate(read)}


_WRONG_PLACE = Invalid(
    FieldError(
        "after",
        Text("列表的位置无效，请从头开始。", "This is no place in the list; please begin anew."),
    )
)
