"""What goes over the wire about guests."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from xinglin.care.consultation.api.schemas import DepartmentOut, DoctorOut
from xinglin.kernel.text import Text
from xinglin.kernel.wire import In, Out

Word = Annotated[str, Field(max_length=64)]
Name = Annotated[str, Field(max_length=200)]
Token = Annotated[str, Field(min_length=1, max_length=200)]


class InviteIn(In):
    """`phone`: the house sends the link there; empty: it is only shown."""

    relation: Word
    name: Name
    sees_earlier: bool = False
    may_write: bool = True
    phone: Word = ""


class MadeLinkOut(Out):
    """`path`: `/join#token`, told this once."""

    id: UUID
    path: str
    expires_at: datetime


class GuestOut(Out):
    id: UUID
    name: str
    entered_at: datetime


class LinkOut(Out):
    id: UUID
    made_as: str
    relation: str
    relation_text: Text
    name: str
    sees_earlier: bool
    may_write: bool
    by_sms: bool
    made_at: datetime
    expires_at: datetime
    may_revoke: bool
    guests: list[GuestOut]


class RelationOut(Out):
    code: str
    text: Text


class RoomOut(Out):
    items: list[LinkOut]
    next: UUID | None
    may_invite: bool
    relations: list[RelationOut]


class TokenIn(In):
    token: Token


class EnterIn(In):
    """`device`: made up by the browser and kept there, so that coming in twice is coming in once."""

    token: Token
    name: Name
    device: UUID
    agreed: bool


class InvitationOut(Out):
    hospital: Text
    invited_by: str
    name: str
    relation: str
    relation_text: Text
    may_write: bool
    sees_earlier: bool
    expires_at: datetime
    agreement: Text


class EnteredOut(Out):
    until: datetime


class GuestMeOut(Out):
    id: UUID
    name: str
    relation: str
    relation_text: Text


class GuestRoomOut(Out):
    """`sees_from`: messages up to this number are not shown."""

    consultation_id: UUID
    state: str
    department: DepartmentOut
    patient_name: str
    synthetic: bool
    doctor: DoctorOut | None
    me: GuestMeOut
    may_write: bool
    sees_from: int
    last_seq: int
    until: datetime
