"""One search over all that a holder has here: conversations, records, doctors, files.

Each group is read in pages of its own path: conversations by their index (`queries/search.py`);
records and doctors by the holder's own visits, newest first; files by `consultation_file`. For one
answer only so many rows are read; a page may be short, even empty, and still have a `next`.
Excerpts come with the places that were hit, in characters; the page marks them.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any, Final
from uuid import UUID

from xinglin.care.consultation.messages import words
from xinglin.care.consultation.messages.types import Message
from xinglin.care.consultation.queries import history_files
from xinglin.care.consultation.queries.faces import department_json, doctor_json
from xinglin.care.consultation.queries.heads import heads
from xinglin.care.consultation.queries.search import checked_words, find_messages
from xinglin.care.people import queries as people
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import services as audit
from xinglin.foundation.database import services as database
from xinglin.kernel.text import Text

GROUPS: Final = ("messages", "records", "doctors", "files")
# So many visits or files are read at once, and so many times for one answer.
_AT_ONCE = 200
_MOST_ROUNDS = 4
_NEWEST = UUID(int=2**128 - 1)
_RECORDS = """
    select c.id, c.patient_id, c.department, c.complaint, v.version, v.fields
    from consultation_consultation c
    left join lateral (
        select version, fields from consultation_record_version v
        where v.consultation_id = c.id order by version desc limit 1
    ) v on true
    where c.holder_id = %(viewer)s and c.id < %(from)s
    order by c.id desc limit %(limit)s
"""
_DOCTORS = """
    select practitioner_id, count(*), max(id::text)::uuid from consultation_consultation
    where holder_id = %s and practitioner_id is not null group by 1
"""
# In the order in which a hit is shown: what the doctor found first.
_SHOWN = ("advice", "findings", "chief_complaint", "present_illness", "past_history", "allergy")


def find(
    viewer: Viewer, query: str, *, group: str | None, after: str | None, limit: int
) -> dict[str, Any]:
    """All groups, or the next page of one; what is shown is audited.

    Args:
        after: the `next` of the page of this group before.
    Raises:
        Invalid: fewer than two characters, or too many.
    """
    parts = checked_words(query)
    asked = (group,) if group else GROUPS
    return {
        "query": " ".join(parts),
        **dict.fromkeys(GROUPS),
        **{name: _FINDERS[name](viewer, query, parts, after, limit) for name in asked},
    }


def after_of(group: str | None, after: str | None) -> str | None:
    """A key that fits the group; one of another group begins anew, as a forgotten one does."""
    if group is None or after is None:
        return None
    has_number = ":" in after
    return after if has_number == (group in {"messages", "files"}) else None


def _messages(
    viewer: Viewer, query: str, parts: list[str], after: str | None, limit: int
) -> dict[str, Any]:
    found = find_messages(viewer, query, after=after, limit=limit)
    shown: list[Message] = found["messages"]
    visits = heads({each.consultation_id for each in shown})
    return {
        "items": [
            {
                "visit": visits[each.consultation_id],
                "seq": each.seq,
                "sender": each.sender,
                "by": _by(each),
                "at": each.at,
                **_excerpt(each.body["text"], parts),
            }
            for each in shown
            if each.consultation_id in visits
        ],
        "next": found["next"],
    }


def _by(message: Message) -> dict[str, str] | None:
    """Whoever spoke under an own name: a guest, by what this one is to the patient, or an assistant."""
    told = message.body.get("by")
    if told is None:
        return None
    return {"name": told["name"], "relation": told.get("relation", "assistant")}


def _records(
    viewer: Viewer, query: str, parts: list[str], after: str | None, limit: int
) -> dict[str, Any]:
    del query
    at: UUID | None = UUID(after) if after else _NEWEST
    found: list[tuple[Any, ...]] = []
    for _ in range(_MOST_ROUNDS):
        if at is None or len(found) > limit:
            break
        page = _record_page(viewer, at)
        found += [row for row in page if words.holds(" ".join(_told(row).values()), parts)]
        at = page[-1][0] if len(page) == _AT_ONCE else None
    shown = found[:limit]
    if len(found) > limit:
        at = shown[-1][0]
    audit.record_each(
        viewer, "record.list", {row[0]: row[1] for row in shown}, thing="record", purpose="own"
    )
    visits = heads({row[0] for row in shown})
    return {
        "items": [
            {"visit": visits[row[0]], "signed_version": row[4], **_best(_told(row), parts)}
            for row in shown
        ],
        "next": str(at) if at else None,
    }


def _record_page(viewer: Viewer, at: UUID) -> list[tuple[Any, ...]]:
    return database.fetch(_RECORDS, {"viewer": viewer.user_id, "from": at, "limit": _AT_ONCE})


def _told(row: tuple[Any, ...]) -> dict[str, str]:
    """Name of a part -> its words, in the order in which a hit is shown."""
    fields: dict[str, Any] = json.loads(row[5]) if row[5] else {}
    where = department_json(row[2])["name"]
    told = {"diagnoses": "；".join(_names(fields))}
    told |= {name: str(fields.get(name) or "") for name in _SHOWN}
    return told | {"complaint": row[3], "department": f"{where.zh} {where.en}"}


def _names(fields: dict[str, Any]) -> Iterator[str]:
    for each in fields.get("diagnoses") or []:
        yield " ".join(filter(None, (each.get("name_zh"), each.get("name_en"), each.get("code"))))


def _best(told: dict[str, str], parts: list[str]) -> dict[str, Any]:
    """The part that holds most of what was asked for."""
    name = max(told, key=lambda each: sum(words.holds(told[each], [part]) for part in parts))
    return {"part": name, **_excerpt(told[name], parts)}


def _doctors(
    viewer: Viewer, query: str, parts: list[str], after: str | None, limit: int
) -> dict[str, Any]:
    """Those who have had a visit of this holder; who else works here is another question."""
    del query
    before = UUID(after) if after else _NEWEST
    seen = {row[0]: row[1:] for row in database.fetch(_DOCTORS, [viewer.user_id])}
    cards = people.practitioners(seen) if seen else {}
    found = [
        {
            "doctor": doctor_json(card),
            "visits": seen[card.id][0],
            "last_visit": seen[card.id][1],
            "marks": {
                "zh": words.marks(card.name.zh, parts),
                "en": words.marks(card.name.en, parts),
            },
        }
        for card in cards.values()
        if words.holds(_name_of(card.name), parts) and seen[card.id][1] < before
    ]
    found.sort(key=lambda each: each["last_visit"], reverse=True)
    shown = found[:limit]
    return {
        "items": shown,
        "next": str(shown[-1]["last_visit"]) if len(found) > limit else None,
    }


def _name_of(name: Text) -> str:
    return f"{name.zh} {name.en}"


def _files(
    viewer: Viewer, query: str, parts: list[str], after: str | None, limit: int
) -> dict[str, Any]:
    """By name: documents have one."""
    del query
    at: history_files.Key | None = history_files.key_of(after) if after else history_files.NEWEST
    found: list[history_files.File] = []
    for _ in range(_MOST_ROUNDS):
        if at is None or len(found) > limit:
            break
        page = history_files.read(viewer, ["document"], at, _AT_ONCE)
        found += [f for f in page if words.holds(str(f.body.get("name") or ""), parts)]
        at = page[-1].key if len(page) == _AT_ONCE else None
    shown = found[:limit]
    if len(found) > limit:
        at = shown[-1].key
    history_files.audit_files(viewer, shown)
    return {
        "items": [
            {**told, "marks": words.marks(told["name"], parts)}
            for told in history_files.files_json(shown)
        ],
        "next": history_files.said(at) if at else None,
    }


def _excerpt(text: str, parts: list[str]) -> dict[str, Any]:
    said, hits = words.excerpt(text, parts)
    return {"excerpt": said, "marks": hits}


_FINDERS: Final[dict[str, Callable[[Viewer, str, list[str], str | None, int], dict[str, Any]]]] = {
    "messages": _messages,
    "records": _records,
    "doctors": _doctors,
    "files": _files,
}
