"""A person's own notices, devices and choices over HTTP, and the demo inbox."""

from datetime import datetime, time
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema
from ninja.responses import Status
from pydantic import ConfigDict, Field, StrictBool, model_validator

from xinglin.foundation.accounts.services import public, requires, viewer_of
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.notices import queries, services, texts_api
from xinglin.foundation.notices.channels.push import public_key
from xinglin.foundation.notices.rules.devices import LONGEST_ENDPOINT, LONGEST_NAME
from xinglin.foundation.notices.types import CHANNELS, Channel
from xinglin.kernel import clock
from xinglin.kernel.text import Text
from xinglin.kernel.wire import In, Out

router = Router(tags=["notices"])
router.add_router("", texts_api.router)

Clock = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class TextOut(Out):
    zh: str
    en: str


class NoticesAsked(Schema):
    """`before`: the id of the last line already shown."""

    before: UUID | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 30


class NoticeOut(Out):
    id: UUID
    kind: str
    text: TextOut
    link: str
    at: datetime
    read_at: datetime | None


class NoticesOut(Out):
    items: list[NoticeOut]
    next: UUID | None
    unread: int


class UnreadOut(Out):
    """Counted up to 100."""

    unread: int


class ReadIn(In):
    """Exactly one of the three."""

    model_config = ConfigDict(extra="forbid")
    ids: Annotated[list[UUID], Field(min_length=1, max_length=100)] | None = None
    link: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    up_to: UUID | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> "ReadIn":
        if sum(each is not None for each in (self.ids, self.link, self.up_to)) != 1:
            raise ValueError("one of ids, link, up_to")
        return self


class KindOut(Out):
    """`channels`: those that this kind may use, and whether each is on."""

    kind: str
    label: TextOut
    urgency: Literal["always", "awaited", "calm"]
    channels: dict[str, bool]


class DeviceOut(Out):
    id: UUID
    name: str
    added_at: datetime
    here: bool


class SettingsOut(Out):
    """`reachable`: the channels that lead to this person at all."""

    quiet: bool
    quiet_from: str
    quiet_to: str
    zone: str
    awaited_passes: bool
    kinds: list[KindOut]
    devices: list[DeviceOut]
    push_key: str
    reachable: list[str]


class SettingsIn(In):
    """What is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")
    quiet: bool | None = None
    quiet_from: Clock | None = None
    quiet_to: Clock | None = None
    zone: Annotated[str, Field(min_length=1, max_length=40)] | None = None
    awaited_passes: bool | None = None
    choices: (
        Annotated[
            dict[Annotated[str, Field(max_length=40)], dict[Channel, StrictBool]],
            Field(max_length=50),
        ]
        | None
    ) = None


class KeysIn(In):
    p256dh: Annotated[str, Field(min_length=1, max_length=200)]
    auth: Annotated[str, Field(min_length=1, max_length=100)]


class DeviceIn(In):
    """A browser's PushSubscription, as its `toJSON()` gives it, and what to call the device."""

    endpoint: Annotated[str, Field(min_length=1, max_length=LONGEST_ENDPOINT)]
    keys: KeysIn
    name: Annotated[str, Field(max_length=LONGEST_NAME)] = ""


class EndpointIn(In):
    endpoint: Annotated[str, Field(min_length=1, max_length=LONGEST_ENDPOINT)]


class MadeOut(Out):
    id: UUID


class InboxItemOut(Schema):
    id: UUID
    channel: str
    to: str
    text: Text
    code: str | None
    at: datetime


class InboxOut(Schema):
    items: list[InboxItemOut]
    next: UUID | None


@router.get("/notices", response=NoticesOut)
@requires("notices.read_own")
def list_notices(request: HttpRequest, asked: Query[NoticesAsked]) -> dict[str, Any]:
    """What one was told, newest first."""
    viewer = viewer_of(request)
    found = queries.notices_of(viewer, before=asked.before, limit=asked.limit)
    more = len(found) == asked.limit
    return {
        "items": found,
        "next": found[-1].id if more else None,
        "unread": queries.unread(viewer),
    }


@router.get("/notices/unread", response=UnreadOut)
@requires("notices.read_own")
def count_unread(request: HttpRequest) -> dict[str, int]:
    """For the bell; counted up to 100."""
    return {"unread": queries.unread(viewer_of(request))}


@router.post("/notices/read", response=UnreadOut)
@requires("notices.read_own")
def read_notices(request: HttpRequest, form: ReadIn) -> dict[str, int]:
    """Mark as read: some, those that lead to a page, or all up to the newest that was seen."""
    viewer = viewer_of(request)
    services.mark_read(
        viewer, at=clock.now(), ids=form.ids or (), link=form.link or "", up_to=form.up_to
    )
    return {"unread": queries.unread(viewer)}


@router.get("/notices/settings", response=SettingsOut)
@requires("notices.set_own")
def read_settings(request: HttpRequest) -> dict[str, Any]:
    """What one has chosen, and the key by which a browser subscribes."""
    return _settings(viewer_of(request))


@router.patch("/notices/settings", response=SettingsOut)
@requires("notices.set_own")
def change_settings(request: HttpRequest, form: SettingsIn) -> dict[str, Any]:
    """Change what is named."""
    viewer = viewer_of(request)
    changes = form.model_dump(exclude_none=True)
    for name in ("quiet_from", "quiet_to"):
        if name in changes:
            changes[name] = time.fromisoformat(changes[name])
    services.choose(viewer, changes)
    return _settings(viewer)


@router.post("/notices/devices", response={201: MadeOut})
@requires("notices.set_own")
def add_device(request: HttpRequest, form: DeviceIn) -> Status[dict[str, UUID]]:
    """Send pushes to this browser from now on; said again, it is the same device."""
    made = services.add_device(
        viewer_of(request),
        endpoint=form.endpoint,
        p256dh=form.keys.p256dh,
        auth=form.keys.auth,
        name=form.name,
        at=clock.now(),
    )
    return Status(201, {"id": made})


@router.post("/notices/devices/forget", response={204: None})
@requires("notices.set_own")
def forget_endpoint(request: HttpRequest, form: EndpointIn) -> Status[None]:
    """This browser takes no pushes any more, whosever it was."""
    services.forget_endpoint(viewer_of(request), form.endpoint)
    return Status(204, None)


@router.delete("/notices/devices/{device_id}", response={204: None})
@requires("notices.set_own")
def forget_device(request: HttpRequest, device_id: UUID) -> Status[None]:
    """Another of one's devices takes no pushes any more."""
    services.forget_device(viewer_of(request), device_id)
    return Status(204, None)


@router.get("/demo/inbox", response=InboxOut, tags=["demo"])
@public
def inbox(request: HttpRequest, after: UUID | None = None) -> dict[str, Any]:
    """SMS and mails of the demo gateways, newest first; 404 outside a demo hospital."""
    del request
    return {"items": queries.demo_inbox(after), "next": None}


def _settings(viewer: Viewer) -> dict[str, Any]:
    chosen = queries.settings_of(viewer.user_id)
    return {
        "quiet": chosen.quiet,
        "quiet_from": chosen.quiet_from.strftime("%H:%M"),
        "quiet_to": chosen.quiet_to.strftime("%H:%M"),
        "zone": chosen.zone,
        "awaited_passes": chosen.awaited_passes,
        "kinds": [
            {
                "kind": name,
                "label": kind.label,
                "urgency": kind.urgency.name.lower(),
                "channels": {
                    channel: chosen.wants(name, kind, channel)
                    for channel in CHANNELS
                    if channel in kind.channels
                },
            }
            for name, kind in queries.kinds_for(viewer).items()
        ],
        "devices": queries.devices_of(viewer),
        "push_key": public_key(),
        "reachable": queries.reachable(viewer),
    }
