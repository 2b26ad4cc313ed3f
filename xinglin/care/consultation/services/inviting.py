"""Links into one visit: made by the patient or the doctor, and taken back."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings

from xinglin.care.consultation import events, rules
from xinglin.care.consultation.lifecycle import CONSULTATION
from xinglin.care.consultation.messages import services as messages
from xinglin.care.consultation.models import Consultation, Guest, JoinLink
from xinglin.care.consultation.permissions import doctor_can, holder_can
from xinglin.care.consultation.queries.guests import GUEST_NAME, LINK_NAME, digest
from xinglin.care.consultation.services.calls.leaving import put_out
from xinglin.care.consultation.services.locking import locked
from xinglin.care.consultation.services.steps import tell_parties
from xinglin.foundation.accounts.services import phone_in_full, seal_text, unseal_text
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import services as audit
from xinglin.foundation.notices import services as notices
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel import ids
from xinglin.kernel.errors import Conflict, FieldError, Invalid, NotFound
from xinglin.kernel.text import Text

_TOKEN_BYTES = 32
_DAY = timedelta(days=1)
_OVER = Text(
    "这次问诊已经结束，不能再邀请别人。", "This visit has ended; nobody can be invited any more."
)
_ENOUGH_LINKS = Text(
    f"一次问诊一天最多发出{rules.LINKS_A_DAY}个邀请；请先用已发出的链接，或明天再试。",
    f"One visit has at most {rules.LINKS_A_DAY} invitations a day; please use those already made,"
    " or try again tomorrow.",
)


@dataclass(frozen=True, slots=True)
class Invitation:
    """Whom a side of the visit wants to bring in, and what that person may do."""

    relation: str
    name: str = field(repr=False)
    sees_earlier: bool = False
    may_write: bool = True
    phone: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class MadeLink:
    """`path` holds the token in its fragment, which no server is ever told; shown once."""

    id: UUID
    path: str = field(repr=False)
    expires_at: datetime


@outbox.in_one_transaction()
def invite(
    viewer: Viewer, consultation_id: UUID, *, invitation: Invitation, at: datetime
) -> MadeLink:
    """Make a link; with a phone number the house also sends it there.

    Raises:
        NotFound: the viewer is neither holder nor doctor.
        Invalid: relation, name or phone.
        Conflict: the visit has ended, or too many links were made.
    Locks: the visit. Emits: GuestInvited.
    """
    row = locked(consultation_id)
    side = _side(viewer, row)
    wanted = _checked(invitation)
    if row.state in CONSULTATION.finals:
        raise Conflict("visit_over", _OVER)
    if (
        JoinLink.objects.filter(consultation=row, made_at__gt=at - _DAY).count()
        >= rules.LINKS_A_DAY
    ):
        raise Conflict("too_many_links", _ENOUGH_LINKS)
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    link = JoinLink.objects.create(
        id=ids.new(),
        consultation=row,
        made_by=viewer.user_id,
        made_as=side,
        for_whom=wanted.relation,
        name_sealed=seal_text(wanted.name, LINK_NAME),
        token_hash=digest(token),
        # What was said to the doctor in confidence is only the patient's to show.
        sees_earlier=wanted.sees_earlier and side == "patient",
        may_write=wanted.may_write,
        by_sms=bool(wanted.phone),
        made_at=at,
        expires_at=at + rules.LINK_GOOD_FOR,
    )
    path = f"/join#{token}"
    if wanted.phone:
        _send(wanted.phone, path, viewer)
    _note(viewer, row, "consultation.invite_guest", link, by_sms=link.by_sms)
    if side == "doctor":
        tell_room(row, "guest_invited", link.for_whom, wanted.name)
    tell_parties(row, events.GuestInvited)
    return MadeLink(link.pk, path, link.expires_at)


@outbox.in_one_transaction()
def take_back(viewer: Viewer, consultation_id: UUID, link_id: UUID, *, at: datetime) -> None:
    """The link opens nothing any more, and who came by it is out; twice is as good as once.

    Raises:
        NotFound: no such link of this visit, or it is not this viewer's to take back.
    Locks: the visit. Emits: GuestLeft.
    """
    row = locked(consultation_id)
    _side(viewer, row)
    link = JoinLink.objects.filter(pk=link_id, consultation=row).first()
    if link is None or not (holder_can(viewer, row) or link.made_by == viewer.user_id):
        raise NotFound
    if link.revoked_at is not None:
        return
    link.revoked_at = at
    link.save(update_fields=["revoked_at"])
    inside = list(Guest.objects.filter(link=link, left_at__isnull=True).order_by("id"))
    Guest.objects.filter(link=link, left_at__isnull=True).update(left_at=at)
    put_out(row, (each.pk for each in inside), at=at)
    _note(viewer, row, "consultation.dismiss_guest", link)
    if inside and row.state not in CONSULTATION.finals:
        name = unseal_text(inside[0].name_sealed, GUEST_NAME)
        tell_room(row, "guest_dismissed", link.for_whom, name)
    tell_parties(row, events.GuestLeft)


CARDS = {
    "guest_invited": Text(
        "医生邀请了{name}（{relation}）加入问诊", "The doctor invited {name} ({relation})"
    ),
    "guest_joined": Text("{name}（{relation}）加入了问诊", "{name} ({relation}) joined the visit"),
    "guest_left": Text("{name}（{relation}）离开了问诊", "{name} ({relation}) left the visit"),
    "guest_dismissed": Text(
        "{name}（{relation}）的邀请已收回", "The invitation of {name} ({relation}) was taken back"
    ),
}


def tell_room(row: Consultation, card: str, relation: str, name: str) -> None:
    """To everybody in the room, as a card that stays with the visit."""
    who = rules.GUEST_RELATIONS[relation]
    words = Text(
        CARDS[card].zh.format(name=name, relation=who.zh),
        CARDS[card].en.format(name=name, relation=who.en),
    )
    messages.post_card(row.pk, card, words)


def _side(viewer: Viewer, row: Consultation) -> str:
    """Raises NotFound: neither holder nor doctor."""
    if holder_can(viewer, row):
        return "patient"
    if doctor_can(viewer, row):
        return "doctor"
    raise NotFound


def _checked(asked: Invitation) -> Invitation:
    if asked.relation not in rules.GUEST_RELATIONS:
        raise Invalid(FieldError("relation", Text("请选择关系。", "Please choose the relation.")))
    return Invitation(
        relation=asked.relation,
        name=guest_name(asked.name),
        sees_earlier=asked.sees_earlier or asked.relation == "self",
        may_write=asked.may_write,
        phone=phone_in_full(asked.phone, settings.PHONE_REGION) if asked.phone.strip() else "",
    )


def guest_name(name: str) -> str:
    """One line without what does not print.

    Raises:
        Invalid: empty, or too long.
    """
    said = " ".join("".join(c if c.isprintable() else " " for c in name).split())
    if not said or len(said) > rules.LONGEST_GUEST_NAME:
        raise Invalid(
            FieldError(
                "name",
                Text(
                    f"请填写称呼，1到{rules.LONGEST_GUEST_NAME}个字。",
                    f"Please give a name of 1 to {rules.LONGEST_GUEST_NAME} characters.",
                ),
            )
        )
    return said


def _send(phone: str, path: str, viewer: Viewer) -> None:
    """The text names neither person nor illness; the number is not kept with the visit."""
    notices.send(
        channel="sms",
        to=phone,
        template="join_link",
        values={"link": f"{settings.ORIGIN}{path}"},
        locale=viewer.locale,
    )


def _note(viewer: Viewer, row: Consultation, action: str, link: JoinLink, **more: object) -> None:
    audit.record(
        viewer,
        action,
        subject=row.patient_id,
        thing="consultation",
        thing_id=row.pk,
        purpose="care",
        detail={"link": str(link.pk), "relation": link.for_whom, **more},
    )
