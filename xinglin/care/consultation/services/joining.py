"""Coming into one visit by a link, and leaving it."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from xinglin.care.consultation import events, rules
from xinglin.care.consultation.lifecycle import CONSULTATION
from xinglin.care.consultation.messages import queries as threads
from xinglin.care.consultation.models import Consultation, Guest, JoinLink
from xinglin.care.consultation.queries.guests import GUEST_NAME, LINK_NAME, digest
from xinglin.care.consultation.services.calls.leaving import put_out
from xinglin.care.consultation.services.inviting import guest_name, tell_room
from xinglin.care.consultation.services.locking import locked
from xinglin.care.consultation.services.steps import tell_parties
from xinglin.care.consultation.types import GuestPass
from xinglin.care.people import queries as people
from xinglin.foundation.accounts.services import seal_text, unseal_text
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import services as audit
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel import clock, ids
from xinglin.kernel.errors import Conflict, FieldError, Invalid, NotFound
from xinglin.kernel.text import Text

_COOKIE_BYTES = 32
_NO_LINK = Text(
    "这个链接无效。请检查链接是否完整，或向邀请您的人要一个新链接。",
    "This link is not valid. Please check that it is complete, or ask for a new one.",
)
_OVER = Text(
    "这个邀请已经失效：问诊已结束，或链接已到期或被收回。如仍需要，请向邀请您的人要一个新链接。",
    "This invitation is over: the visit has ended, or the link has run out or was taken back."
    " If you still need it, please ask whoever invited you for a new one.",
)
_TAKEN = Text(
    f"这个链接已在{rules.DEVICES_OF_A_LINK}台设备上用过。请向邀请您的人要一个新链接。",
    f"This link was used on {rules.DEVICES_OF_A_LINK} devices already."
    " Please ask whoever invited you for a new one.",
)
_FULL = Text(
    "这次问诊的受邀人已满。请联系邀请您的人。",
    "This visit has as many guests as it may. Please speak to whoever invited you.",
)
_NOT_AGREED = Text("请先阅读并同意说明。", "Please read the text and agree to it first.")


@dataclass(frozen=True, slots=True)
class Entry:
    """What a guest says of oneself. `device`: made up by the browser; the same one comes in once."""

    name: str = field(repr=False)
    device: UUID
    agreed: bool


@dataclass(frozen=True, slots=True)
class Entered:
    """`cookie` is told to the browser and kept nowhere else."""

    cookie: str = field(repr=False)
    until: datetime


def look(token: str) -> dict[str, Any]:
    """What a link is for, before anybody comes in: no name of the patient, nothing of the illness.

    Raises:
        NotFound: no such link.
        Conflict: it is over (`link_over`).
    """
    link = _good_link(token)
    place = people.institution(link.consultation.institution_id)
    return {
        "hospital": place.name,
        "invited_by": link.made_as,
        "name": unseal_text(link.name_sealed, LINK_NAME),
        "relation": link.for_whom,
        "relation_text": rules.GUEST_RELATIONS[link.for_whom],
        "may_write": link.may_write,
        "sees_earlier": link.sees_earlier,
        "expires_at": link.expires_at,
        "agreement": rules.GUEST_AGREEMENT,
    }


@outbox.in_one_transaction()
def enter(token: str, *, entry: Entry, viewer: Viewer, at: datetime) -> Entered:
    """Bind this device to the visit of the link.

    Args:
        viewer: only address and device of it are looked at, for the audit.
    Raises:
        NotFound: no such link.
        Invalid: no name, or the text was not agreed to.
        Conflict: the link is over, used up, or the room is full.
    Locks: the visit. Emits: GuestJoined.
    """
    link = _good_link(token)
    row = locked(link.consultation_id)
    link.refresh_from_db()
    if not _is_good(link, row, at):
        raise Conflict("link_over", _OVER)
    name = guest_name(entry.name)
    if not entry.agreed:
        raise Invalid(FieldError("agreed", _NOT_AGREED))
    cookie = secrets.token_urlsafe(_COOKIE_BYTES)
    known = Guest.objects.filter(link=link, device=entry.device).first()
    if known is not None and known.left_at is None:
        Guest.objects.filter(pk=known.pk).update(cookie_hash=digest(cookie))
        return Entered(cookie, link.expires_at)
    _check_room(link, row, known)
    guest = known or Guest(id=ids.new(), link=link, consultation=row, device=entry.device)
    guest.cookie_hash = digest(cookie)
    guest.name_sealed = seal_text(name, GUEST_NAME)
    # Whoever comes back does not see what was said behind their back.
    guest.from_seq = 0 if link.sees_earlier else threads.thread_facts(row.pk).last_seq
    guest.agreed_version = rules.GUEST_AGREEMENT_VERSION
    guest.entered_at, guest.left_at = at, None
    guest.save(force_insert=known is None)
    _note(viewer, row, guest)
    tell_room(row, "guest_joined", link.for_whom, name)
    tell_parties(row, events.GuestJoined)
    return Entered(cookie, link.expires_at)


@outbox.in_one_transaction()
def leave(guest: GuestPass, *, viewer: Viewer, at: datetime) -> None:
    """The cookie opens nothing any more. Emits: GuestLeft."""
    row = locked(guest.consultation_id)
    if not Guest.objects.filter(pk=guest.id, left_at__isnull=True).update(left_at=at):
        return
    put_out(row, [guest.id], at=at)
    audit.record(
        viewer,
        "consultation.leave_as_guest",
        subject=guest.patient_id,
        thing="consultation",
        thing_id=row.pk,
        purpose="care",
    )
    if row.state not in CONSULTATION.finals:
        tell_room(row, "guest_left", guest.relation, guest.name)
    tell_parties(row, events.GuestLeft)


def _good_link(token: str) -> JoinLink:
    found = JoinLink.objects.select_related("consultation").filter(token_hash=digest(token)).first()
    if found is None:
        raise NotFound("no_such_link", _NO_LINK)
    if not _is_good(found, found.consultation, clock.now()):
        raise Conflict("link_over", _OVER)
    return found


def _is_good(link: JoinLink, row: Consultation, at: datetime) -> bool:
    return link.revoked_at is None and link.expires_at > at and row.state not in CONSULTATION.finals


def _check_room(link: JoinLink, row: Consultation, known: Guest | None) -> None:
    """`known`: this device, which had left."""
    if known is None and Guest.objects.filter(link=link).count() >= rules.DEVICES_OF_A_LINK:
        raise Conflict("link_used_up", _TAKEN)
    inside = Guest.objects.filter(consultation=row, left_at__isnull=True)
    if inside.exclude(link__revoked_at__isnull=False).count() >= rules.MOST_GUESTS:
        raise Conflict("room_full", _FULL)


def _note(viewer: Viewer, row: Consultation, guest: Guest) -> None:
    who = Viewer(
        user_id=guest.pk,
        roles=frozenset({"guest"}),
        permissions=frozenset(),
        address=viewer.address,
        device=viewer.device,
    )
    audit.record(
        who,
        "consultation.enter_as_guest",
        subject=row.patient_id,
        thing="consultation",
        thing_id=row.pk,
        purpose="care",
        detail={"link": str(guest.link_id), "from_seq": guest.from_seq},
    )
