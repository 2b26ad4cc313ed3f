"""Who read my record, in words that a patient understands."""

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from uuid import UUID

from xinglin.care.people.queries.patients import patient_of
from xinglin.care.people.queries.practitioners import practitioners_by_user
from xinglin.care.people.types import PractitionerCard
from xinglin.foundation.accounts.queries import user_card
from xinglin.foundation.accounts.types import SYSTEM_ID, Viewer
from xinglin.foundation.audit.queries import accesses_of
from xinglin.foundation.audit.types import Access
from xinglin.kernel.errors import NotFound
from xinglin.kernel.text import Text

_WORDS = Path(__file__).parents[1] / "data" / "access_words.json"
_SYSTEM = Text("系统", "System")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    name: Text
    role: Text
    hospital: Text | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessLine:
    """`own`: the holder did it. `code`: the action as the audit has it."""

    id: UUID
    at: datetime
    who: Reader
    own: bool
    code: str
    action: Text
    purpose: Text
    thing: str


def access_log(
    viewer: Viewer, patient_id: UUID, *, limit: int = 50, before: UUID | None = None
) -> list[AccessLine]:
    """Newest first; `before` is the last line already shown.

    Raises:
        NotFound: the viewer is not the holder.
    """
    patient_of(viewer, patient_id)
    lines = accesses_of(patient_id, limit, before)
    readers = _readers({line.actor_id for line in lines})
    return [_said(line, readers[line.actor_id], viewer) for line in lines]


def _said(line: Access, found: PractitionerCard | Text, viewer: Viewer) -> AccessLine:
    role = _word("roles", line.actor_roles[0] if line.actor_roles else "system")
    if isinstance(found, PractitionerCard):
        who = Reader(name=found.name, role=found.title, hospital=found.hospital)
    else:
        # A guest of a visit has no account; the name stands in the conversation.
        name = role if line.actor_roles[:1] == ("guest",) else found
        who = Reader(name=name, role=role, hospital=None)
    return AccessLine(
        id=line.id,
        at=line.at,
        who=who,
        own=line.actor_id == viewer.user_id,
        code=line.action,
        action=_action(line.action),
        purpose=_word("purposes", line.purpose),
        thing=line.thing,
    )


def _readers(user_ids: set[UUID]) -> dict[UUID, PractitionerCard | Text]:
    doctors = practitioners_by_user(user_ids)
    return {u: doctors.get(u) or _name_of(u) for u in user_ids}


def _name_of(user_id: UUID) -> Text:
    if user_id == SYSTEM_ID:
        return _SYSTEM
    try:
        name = user_card(user_id).display_name.strip()
    except NotFound:
        name = ""
    return Text(name, name) if name else Text("未留姓名的账号", "An account without a name")


def _action(code: str) -> Text:
    """The action itself, else its verb: `consultation.read_record` is a reading."""
    words = _words()
    if code in words["actions"]:
        return _word("actions", code)
    verb = code.rpartition(".")[2]
    found = next((v for v in words["verbs"] if verb == v or verb.startswith(f"{v}_")), None)
    return _word("verbs", found or "")


def action_names() -> dict[str, Text]:
    """Every action that has a name of its own."""
    return {code: Text(**told) for code, told in _words()["actions"].items()}


def purpose_names() -> dict[str, Text]:
    return {code: Text(**told) for code, told in _words()["purposes"].items()}


def thing_names() -> dict[str, Text]:
    """What a line may stand on."""
    return {code: Text(**told) for code, told in _words()["things"].items()}


def _word(table: str, key: str) -> Text:
    words = _words()
    return Text(**words[table].get(key, words["other"]))


@cache
def _words() -> dict[str, dict[str, dict[str, str]]]:
    found: dict[str, dict[str, dict[str, str]]] = json.loads(_WORDS.read_text(encoding="utf-8"))
    return found
