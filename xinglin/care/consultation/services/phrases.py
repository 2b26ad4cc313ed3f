"""Phrases are written, ordered, removed and taken back; each by whose they are."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from psycopg.types.json import Jsonb

from xinglin.care.consultation import events, rules
from xinglin.care.consultation.queries.phrases import shelf_of
from xinglin.care.consultation.services.blanks import NAMES, unknown_names
from xinglin.care.consultation.types import Shelf, Wording
from xinglin.care.people import queries as people
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import services as audit
from xinglin.foundation.database import services as database
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel import ids
from xinglin.kernel.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from xinglin.kernel.text import Text

MOST: Final = 200
LONGEST: Final = 1000
LONGEST_NAME: Final = 60
KEPT_FOR: Final = timedelta(days=1)
# A template writes text; a diagnosis is chosen, and nothing of a prescription is written here (R24).
PARTS: Final = {"reply": ("text",), "template": ("name", *rules.TEXT_FIELDS)}
_HEAD = {"reply": "text", "template": "name"}

_SHELF = "kind, owner_id, institution_id, department"
_ON_SHELF = """
    p.kind = %(kind)s::text and p.institution_id = %(institution)s::uuid
    and p.owner_id is not distinct from %(owner)s::uuid and p.department = %(department)s::text
"""
_LOCK_SHELF = "select pg_advisory_xact_lock(hashtextextended(%s, 0))"
_COUNT = f"select count(*) from consultation_phrase p where {_ON_SHELF} and p.removed_at is null"  # noqa: S608  # our own columns
_DOUBLE = f"""
    select zh ->> %(head)s::text = %(zh)s::text from consultation_phrase p
    where {_ON_SHELF} and p.removed_at is null and p.id <> %(id)s
        and (zh ->> %(head)s::text = %(zh)s::text or en ->> %(head)s::text = %(en)s::text) limit 1
"""  # noqa: S608  # our own columns
_ADD = f"""
    insert into consultation_phrase
        (id, kind, institution_id, owner_id, department, zh, en, spelt, position, revision, saved_at)
    values (%(id)s, %(kind)s::text, %(institution)s::uuid, %(owner)s::uuid, %(department)s::text,
        %(zh)s, %(en)s, '',
        (select coalesce(max(p.position), 0) + 1 from consultation_phrase p where {_ON_SHELF}),
        1, %(at)s)
"""  # noqa: S608  # our own columns
_WHERE = f"select {_SHELF} from consultation_phrase where id = %s"  # noqa: S608  # our own columns
_READ = f"select {_SHELF}, revision, removed_at from consultation_phrase where id = %s for update"  # noqa: S608  # our own columns
_CHANGE = """
    update consultation_phrase set zh = %s, en = %s, spelt = '', saved_at = %s, revision = revision + 1
    where id = %s
"""
_REMOVE = "update consultation_phrase set removed_at = %s where id = %s and removed_at is null"
_FORGET = f"""
    with gone as (
        delete from consultation_phrase p where {_ON_SHELF} and p.removed_at < %(before)s returning p.id
    )
    delete from consultation_phrase_use where phrase_id in (select id from gone)
"""  # noqa: S608  # our own columns
_SAYS = "select zh ->> %s::text, en ->> %s::text from consultation_phrase where id = %s"
_RESTORE = "update consultation_phrase set removed_at = null where id = %s"
_ORDER = f"""
    update consultation_phrase p set position = array_position(%(ids)s::uuid[], p.id)
    where {_ON_SHELF} and p.id = any(%(ids)s::uuid[])
"""  # noqa: S608  # our own columns
_USED = """
    insert into consultation_phrase_use (user_id, phrase_id, used_at) values (%s, %s, %s)
    on conflict (user_id, phrase_id) do update set used_at = excluded.used_at
"""


class PhraseChangedError(Conflict):
    """Somebody (another tab) has saved it meanwhile; `extra` names the newer revision."""

    def __init__(self, revision: int) -> None:
        super().__init__(
            "phrase_changed",
            Text(
                "这条内容已在别处修改，请核对新内容后再保存。",
                "This was changed elsewhere meanwhile; please compare before saving.",
            ),
        )
        self.extra = {"revision": revision}


def shelf(viewer: Viewer, kind: str, department: str | None) -> Shelf:
    """The viewer's own, or that of a department of the viewer's institution.

    Raises:
        NotFound: there is no such department.
        Forbidden: the viewer may not write there.
    """
    institution_id = viewer.institution_id
    own = department is None
    may = "consultation.use_phrases" if own else "consultation.write_department_phrases"
    if institution_id is None or not viewer.can(may):
        raise Forbidden
    if department is None:
        return Shelf(institution_id=institution_id, kind=kind, owner_id=viewer.user_id)
    known = people.department(department).slug
    return Shelf(institution_id=institution_id, kind=kind, department=known)


@outbox.in_one_transaction()
def add_phrase(viewer: Viewer, where: Shelf, wording: Wording, *, at: datetime) -> UUID:
    """Put it at the end of the shelf.

    Raises:
        Invalid: names every part that is wrong.
        Conflict: the same is there already, or the shelf is full.
    Locks: the shelf.
    """
    checked = _checked(where.kind, wording)
    _lock(where)
    _check_room(where)
    phrase_id = ids.new()
    _check_double(where, phrase_id, checked)
    values = {"id": phrase_id, "zh": Jsonb(checked.zh), "en": Jsonb(checked.en), "at": at}
    database.change(_ADD, _values(where) | values)
    _tell(viewer, where, phrase_id, "phrase.add")
    return phrase_id


@outbox.in_one_transaction()
def change_phrase(
    viewer: Viewer, phrase_id: UUID, wording: Wording, *, revision: int, at: datetime
) -> None:
    """Write it anew, over the revision that the viewer saw.

    Raises:
        NotFound, Forbidden: as `_writable`.
        Invalid: names every part that is wrong.
        PhraseChangedError: the revision is old.
        Conflict: another one says the same.
    Locks: the shelf, then the phrase.
    """
    where, now_at = _writable(viewer, phrase_id)
    if revision != now_at:
        raise PhraseChangedError(now_at)
    checked = _checked(where.kind, wording)
    _check_double(where, phrase_id, checked)
    database.change(_CHANGE, [Jsonb(checked.zh), Jsonb(checked.en), at, phrase_id])
    _tell(viewer, where, phrase_id, "phrase.change")


@outbox.in_one_transaction()
def remove_phrase(viewer: Viewer, phrase_id: UUID, *, at: datetime) -> None:
    """Away, and for a day it can be taken back; twice is once.

    Raises:
        NotFound, Forbidden: as `_writable`.
    """
    where, _ = _writable(viewer, phrase_id, is_removed=None)
    database.change(_FORGET, _values(where) | {"before": at - KEPT_FOR})
    if database.change(_REMOVE, [at, phrase_id]):
        _tell(viewer, where, phrase_id, "phrase.remove")


@outbox.in_one_transaction()
def restore_phrase(viewer: Viewer, phrase_id: UUID) -> None:
    """Take it back to where it stood.

    Raises:
        NotFound, Forbidden: as `_writable`.
        Conflict: the same was written meanwhile, or the shelf is full.
    """
    where, _ = _writable(viewer, phrase_id, is_removed=True)
    head = _HEAD[where.kind]
    ((*row,),) = database.fetch(_SAYS, [head, head, phrase_id])
    zh, en = ({head: text} if text else {} for text in row)
    _check_room(where)
    _check_double(where, phrase_id, Wording(zh=zh, en=en))
    database.change(_RESTORE, [phrase_id])
    _tell(viewer, where, phrase_id, "phrase.restore")


@outbox.in_one_transaction()
def order_phrases(viewer: Viewer, where: Shelf, phrase_ids: Sequence[UUID]) -> None:
    """Those that are named, in this order; what is not on the shelf is left alone.

    Locks: the shelf.
    """
    _lock(where)
    if database.change(_ORDER, _values(where) | {"ids": list(dict.fromkeys(phrase_ids))}):
        _tell(viewer, where, phrase_ids[0], "phrase.order")


@outbox.in_one_transaction()
def note_use(viewer: Viewer, phrase_id: UUID, *, at: datetime) -> None:
    """It was taken just now.

    Raises:
        NotFound: the viewer may not use it.
    """
    found = database.fetch_one(_READ, [phrase_id])
    if found is None or not _is_usable(viewer, shelf_of(found[:4])):
        raise NotFound
    database.change(_USED, [viewer.user_id, phrase_id, at])


def _writable(
    viewer: Viewer, phrase_id: UUID, *, is_removed: bool | None = False
) -> tuple[Shelf, int]:
    """Where it stands, locked, and its revision.

    Raises:
        NotFound: it does not exist for the viewer, or is (not) removed.
        Forbidden: it is of a department whose phrases the viewer may use and not write.
    """
    first = database.fetch_one(_WHERE, [phrase_id])
    if first is None:
        raise NotFound
    where = shelf_of(first)
    if not _is_writable(viewer, where):
        raise Forbidden if _is_usable(viewer, where) else NotFound
    _lock(where)
    found = database.fetch_one(_READ, [phrase_id])
    if found is None or (is_removed is not None and (found[5] is not None) != is_removed):
        raise NotFound
    revision: int = found[4]
    return where, revision


def _is_writable(viewer: Viewer, where: Shelf) -> bool:
    if where.owner_id is not None:
        return where.owner_id == viewer.user_id
    may = viewer.can("consultation.write_department_phrases")
    return may and where.institution_id == viewer.institution_id


def _is_usable(viewer: Viewer, where: Shelf) -> bool:
    if where.owner_id is not None:
        return where.owner_id == viewer.user_id
    works_there = where.department in people.practitioner_departments(viewer.user_id)
    return works_there and where.institution_id == viewer.institution_id


def _lock(where: Shelf) -> None:
    name = f"phrases {where.institution_id} {where.kind} {where.owner_id or where.department}"
    database.later(_LOCK_SHELF, [name])


def _check_room(where: Shelf) -> None:
    if database.fetch(_COUNT, _values(where))[0][0] >= MOST:
        raise Conflict(
            "too_many_phrases",
            Text(
                f"最多保存{MOST}条，请先删除不用的。",
                f"At most {MOST} are kept; please delete what you do not use first.",
            ),
        )


def _check_double(where: Shelf, phrase_id: UUID, wording: Wording) -> None:
    head = _HEAD[where.kind]
    said = {"id": phrase_id, "head": head, "zh": wording.zh.get(head), "en": wording.en.get(head)}
    found = database.fetch_one(_DOUBLE, _values(where) | said)
    if found is not None:
        raise Invalid(
            FieldError(
                f"{'zh' if found[0] else 'en'}.{head}",
                Text("已有一条相同的内容。", "There is one like this already."),
            ),
            code="phrase_exists",
        )


def _values(where: Shelf) -> dict[str, Any]:
    return {
        "kind": where.kind,
        "institution": where.institution_id,
        "owner": where.owner_id,
        "department": where.department,
    }


def _checked(kind: str, wording: Wording) -> Wording:
    """Trimmed, without empty parts. Raises Invalid naming every part that is wrong."""
    told = {
        language: {part: text.strip() for part, text in parts.items() if text.strip()}
        for language, parts in (("zh", wording.zh), ("en", wording.en))
    }
    wrong = [
        FieldError(f"{language}.{part}", fault)
        for language, parts in told.items()
        for part, text in parts.items()
        for fault in _faults(kind, part, text)
    ]
    wrong += [
        FieldError(f"{language}.{_HEAD[kind]}", _NO_NAME)
        for language, parts in told.items()
        if parts and _HEAD[kind] not in parts
    ]
    wrong += [
        FieldError(f"{language}.{rules.TEXT_FIELDS[0]}", _NO_FIELD)
        for language, parts in told.items()
        if kind == "template" and set(parts) == {"name"}
    ]
    if not told["zh"] and not told["en"]:
        wrong.append(FieldError(f"zh.{_HEAD[kind]}", _NOTHING))
    if wrong:
        raise Invalid(*wrong)
    return Wording(**told)


_NOTHING = Text("请至少用一种语言填写。", "Please write it in at least one language.")
_NO_NAME = Text("请填写名称。", "Please give it a name.")
_NO_FIELD = Text("请至少填写一项病历内容。", "Please write at least one element of the record.")
_NO_PART = Text("没有这一项。", "There is no such element.")


def _faults(kind: str, part: str, text: str) -> list[Text]:
    longest = LONGEST_NAME if part == "name" else LONGEST
    faults = []
    if part not in PARTS[kind]:
        faults.append(_NO_PART)
    if len(text) > longest:
        faults.append(Text(f"不能超过{longest}字。", f"At most {longest} characters."))
    if unknown := unknown_names(text):
        known = " ".join(f"{{{name}}}" for name in NAMES)
        told = " ".join(f"{{{name}}}" for name in unknown)
        faults.append(
            Text(f"没有这个占位符：{told}。可用：{known}", f"Not known: {told}. Known are: {known}")
        )
    return faults


def _tell(viewer: Viewer, where: Shelf, phrase_id: UUID, action: str) -> None:
    audience = f"user:{where.owner_id}" if where.owner_id else f"department:{where.department}"
    to_whom = (audience,) if where.owner_id else (audience, f"user:{viewer.user_id}")
    outbox.emit(events.PhraseSaved(phrase_id=phrase_id, audience=to_whom))
    audit.record(viewer, action, subject=None, thing="phrase", thing_id=phrase_id, purpose="care")
