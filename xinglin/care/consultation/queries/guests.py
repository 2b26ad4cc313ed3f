"""Guests of a visit: who a cookie belongs to, what a guest may see, and who is in the room."""

import hashlib
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from xinglin.care.consultation import rules
from xinglin.care.consultation.lifecycle import CONSULTATION
from xinglin.care.consultation.messages import queries as messages
from xinglin.care.consultation.queries.faces import department_json, doctor_json
from xinglin.care.consultation.queries.visits import visit_of_party
from xinglin.care.consultation.types import GuestPass
from xinglin.care.people import queries as people
from xinglin.foundation.accounts.services import unseal_text
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import services as audit
from xinglin.foundation.database import services as database
from xinglin.kernel import clock
from xinglin.kernel.errors import NotFound, Unauthenticated
from xinglin.kernel.text import Text

LINK_NAME, GUEST_NAME = "consultation_join_link|name", "consultation_guest|name"
_NO_GUEST = Text(
    "请用邀请链接进入；如链接已失效，请向邀请您的人要一个新链接。",
    "Please come in by your link; if it is no longer good, ask whoever invited you for a new one.",
)
_OVER = Text(
    "您已不在这次问诊中：问诊已结束，或邀请已到期或被收回。",
    "You are no longer in this visit: it has ended, or the invitation has ended or was taken back.",
)
_GUEST = """
    select g.id, g.consultation_id, c.patient_id, c.holder_id, g.name_sealed, l.for_whom,
        l.may_write, g.from_seq, l.expires_at, c.state,
        g.left_at is null and l.revoked_at is null and l.expires_at > %s
    from consultation_guest g
    join consultation_join_link l on l.id = g.link_id
    join consultation_consultation c on c.id = g.consultation_id
    where g.cookie_hash = %s
"""
_IN_ROOM = """
    select l.id, l.made_by, l.made_as, l.for_whom, l.name_sealed, l.sees_earlier, l.may_write,
        l.by_sms, l.made_at, l.expires_at, g.id, g.name_sealed, g.entered_at
    from consultation_join_link l
    left join consultation_guest g on g.link_id = l.id and g.left_at is null
    where l.consultation_id = %s and l.revoked_at is null and l.expires_at > %s
    order by l.id, g.id
"""
# For asyncpg: of these guests, those whose visit or invitation is over. Asked only while guests
# are on line.
GUESTS_GONE: Final = """
    select o.id from unnest($1::uuid[]) as o (id)
    where not exists (
        select from consultation_guest g
        join consultation_join_link l on l.id = g.link_id
        join consultation_thread t on t.consultation_id = g.consultation_id
        where g.id = o.id and g.left_at is null and l.revoked_at is null
            and l.expires_at > now() and t.is_open
    )
"""


@dataclass(frozen=True, slots=True)
class _Guest:
    """`of_now`: neither left, nor revoked, nor run out."""

    told: GuestPass
    state: str
    of_now: bool


def digest(secret: str) -> bytes:
    """256 random bits need no salt."""
    return hashlib.sha256(secret.encode()).digest()


def guest_of(cookie: str) -> GuestPass:
    """Whose cookie this is.

    Raises:
        Unauthenticated: nobody's (`guest_unknown`), or the guest's time is over (`guest_over`).
    """
    found = _found(cookie) if cookie else None
    if found is None:
        raise Unauthenticated("guest_unknown", _NO_GUEST)
    if not found.of_now or found.state in CONSULTATION.finals:
        raise Unauthenticated("guest_over", _OVER)
    return found.told


def _found(cookie: str) -> _Guest | None:
    row = database.fetch_one(_GUEST, [clock.now(), digest(cookie)])
    if row is None:
        return None
    guest_id, consultation_id, patient_id, holder_id, name, relation, *rest = row
    may_write, from_seq, until, state, of_now = rest
    told = GuestPass(
        id=guest_id,
        consultation_id=consultation_id,
        patient_id=patient_id,
        holder_id=holder_id,
        name=unseal_text(name, GUEST_NAME),
        relation=relation,
        may_write=may_write,
        from_seq=from_seq,
        until=until,
    )
    return _Guest(told, state, of_now)


def guest_room(guest: GuestPass, viewer: Viewer) -> dict[str, Any]:
    """The visit for the screen of a guest: no complaint, no record, no other visit."""
    facts = messages.thread_facts(guest.consultation_id)
    ((state, department, practitioner_id),) = database.fetch(
        "select state, department, practitioner_id from consultation_consultation where id = %s",
        [guest.consultation_id],
    )
    patient = people.patient_card(guest.patient_id)
    doctor = people.practitioner(practitioner_id) if practitioner_id else None
    _audit(viewer, guest, "consultation.read_as_guest")
    return {
        "consultation_id": guest.consultation_id,
        "state": state,
        "department": department_json(department),
        "patient_name": patient.name,
        "synthetic": patient.synthetic,
        "doctor": doctor_json(doctor) if doctor else None,
        "me": {
            "id": guest.id,
            "name": guest.name,
            "relation": guest.relation,
            "relation_text": rules.GUEST_RELATIONS[guest.relation],
        },
        "may_write": guest.may_write and facts.is_open,
        "sees_from": guest.from_seq,
        "last_seq": facts.last_seq,
        "until": min(filter(None, (guest.until, facts.closes_at))),
    }


def guest_messages(guest: GuestPass, viewer: Viewer, *, since: int, limit: int) -> dict[str, Any]:
    """Messages after `since`, none from before the guest came in unless that was allowed."""
    found = messages.read(guest.consultation_id, max(since, guest.from_seq), limit)
    _audit(viewer, guest, "consultation.read_messages", since=since, count=len(found))
    return {
        "messages": found,
        "last_seq": messages.thread_facts(guest.consultation_id).last_seq,
    }


def guest_picture(guest: GuestPass, viewer: Viewer, picture_id: UUID) -> UUID:
    """Raises NotFound: it does not stand in what the guest may see."""
    row = database.fetch_one(
        "select 1 from consultation_message where consultation_id = %s and seq > %s"
        " and kind = 'picture' and not withdrawn and body ->> 'picture_id' = %s limit 1",
        [guest.consultation_id, guest.from_seq, str(picture_id)],
    )
    if row is None:
        raise NotFound
    _audit(viewer, guest, "consultation.read_picture", picture_id=str(picture_id))
    return picture_id


def room(viewer: Viewer, consultation_id: UUID) -> dict[str, Any]:
    """Open invitations and who came by them, for patient and doctor alike.

    Raises:
        NotFound: for everybody but holder and doctor.
    """
    seen = visit_of_party(viewer, consultation_id)
    over = seen.state in CONSULTATION.finals
    rows = [] if over else database.fetch(_IN_ROOM, [consultation_id, clock.now()])
    links: dict[UUID, dict[str, Any]] = {}
    for row in rows:
        link = links.setdefault(row[0], _link_json(row, viewer, is_holder=_is_holder(seen, viewer)))
        if row[10] is not None:
            name = unseal_text(row[11], GUEST_NAME)
            link["guests"].append({"id": row[10], "name": name, "entered_at": row[12]})
    return {
        "items": list(links.values()),
        "next": None,
        "may_invite": not over,
        "relations": [{"code": code, "text": text} for code, text in rules.GUEST_RELATIONS.items()],
    }


def _is_holder(seen: Any, viewer: Viewer) -> bool:
    return bool(seen.who(viewer) == "patient")


def _link_json(row: tuple[Any, ...], viewer: Viewer, *, is_holder: bool) -> dict[str, Any]:
    return {
        "id": row[0],
        "made_as": row[2],
        "relation": row[3],
        "relation_text": rules.GUEST_RELATIONS[row[3]],
        "name": unseal_text(row[4], LINK_NAME),
        "sees_earlier": row[5],
        "may_write": row[6],
        "by_sms": row[7],
        "made_at": row[8],
        "expires_at": row[9],
        "may_revoke": is_holder or row[1] == viewer.user_id,
        "guests": [],
    }


def _audit(viewer: Viewer, guest: GuestPass, action: str, **detail: object) -> None:
    audit.record(
        viewer,
        action,
        subject=guest.patient_id,
        thing="consultation",
        thing_id=guest.consultation_id,
        purpose="care",
        detail=detail,
    )
