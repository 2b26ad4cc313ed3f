"""A copy of one's own data: asked for, made by the worker, kept for a week (R52)."""

from datetime import datetime, timedelta
from typing import Final, Literal, cast
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.module_loading import import_string

from xinglin.care.people.models import Export
from xinglin.care.people.queries.exports import export_path, house_date
from xinglin.care.people.services import export_page
from xinglin.foundation.accounts.services import lock_account
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit.services import record
from xinglin.foundation.copies import services as copies
from xinglin.foundation.copies.types import Made, Part
from xinglin.foundation.notices import services as notices
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel import clock
from xinglin.kernel.errors import Conflict, TooMany
from xinglin.kernel.text import Text

EXPORT: Final = "export"  # what wakes the worker's loop
A_DAY: Final = 3
KEPT: Final = timedelta(days=7)
_DAY = timedelta(days=1)


@outbox.in_one_transaction()
def ask_export(viewer: Viewer, at: datetime) -> Export:
    """The worker makes it; a notice tells when it is there.

    Raises:
        Conflict: `export_waiting`, one is being made.
        TooMany: three in a day.
    Locks: the account.
    """
    lock_account(viewer.user_id)
    own = Export.objects.filter(holder_id=viewer.user_id)
    if own.filter(state="asked").exists():
        raise Conflict(
            "export_waiting",
            Text("上一次申请还在准备中，请稍候。", "The copy you asked for is still being made."),
        )
    if own.filter(asked_at__gt=at - _DAY).count() >= A_DAY:
        raise TooMany(3600, "too_many_exports", _TOO_MANY)
    try:
        made = Export.objects.create(
            holder_id=viewer.user_id, locale=viewer.locale, asked_at=at, retry_at=at
        )
    except IntegrityError as error:
        raise Conflict("export_waiting") from error
    record(
        viewer,
        "people.ask_export",
        subject=None,
        thing="export",
        thing_id=made.pk,
        purpose="own",
    )
    transaction.on_commit(lambda: outbox.poke("worker", EXPORT))
    return made


def make_next_export() -> bool:
    """Make one that waits; whether there was one."""
    row = copies.taken(Export, clock.now())
    if row is None:
        return False
    try:
        made = _write(row)
    except Exception as error:  # noqa: BLE001  # one account's copy fails alone
        copies.failed(row, error)
        return True
    _ready(row, made, clock.now())
    return True


def _write(row: Export) -> Made:
    parts = [cast("Part", import_string(name)(row.holder_id)) for name in settings.EXPORT_PARTS]
    path = export_path(row.pk)
    made_at, files, left_out, room = clock.now(), 0, 0, copies.MOST_BYTES
    with copies.written_whole(path) as (copy, _):
        for name, found in copies.files_of(parts):
            size = copies.add_file(copy, name, found, room)
            files, left_out = files + (size is not None), left_out + (size is None)
            room -= size or 0
        data = {"made_at": made_at, **{part.name: part.data for part in parts}}
        copy.writestr("data.json", copies.as_json(data))
        sections = (section for part in parts for section in part.sections)
        words = export_page.words(made_on=house_date(made_at), left_out=left_out)
        locale: Literal["zh", "en"] = "en" if row.locale == "en" else "zh"
        copy.writestr("index.html", copies.page(sections, words, locale=locale))
    return Made(
        bytes=path.stat().st_size, sha256=copies.sha256_of(path), files=files, left_out=left_out
    )


@outbox.in_one_transaction()
def _ready(row: Export, made: Made, at: datetime) -> None:
    """An account that was closed meanwhile has taken its row away: then the file goes too."""
    changed = Export.objects.filter(pk=row.pk, state="asked").update(
        state="ready",
        ready_at=at,
        expires_at=at + KEPT,
        retry_at=None,
        bytes=made.bytes,
        sha256=made.sha256,
        files=made.files,
        left_out=made.left_out,
    )
    if not changed:
        export_path(row.pk).unlink(missing_ok=True)
        return
    record(
        Viewer.system("worker"),
        "people.make_export",
        subject=None,
        thing="export",
        thing_id=row.pk,
        purpose="own",
        detail={"bytes": made.bytes, "files": made.files, "left_out": made.left_out},
    )
    notices.tell(
        row.holder_id,
        "export_ready",
        link="/account/export",
        dedup=f"export_ready:{row.pk}",
        at=at,
    )


def drop_exports(holder_id: UUID) -> None:
    """All copies of an account, as soon as the transaction commits."""
    rows = list(Export.objects.filter(holder_id=holder_id, state__in=["asked", "ready"]))
    Export.objects.filter(pk__in=[row.pk for row in rows]).update(state="gone", retry_at=None)
    paths = [export_path(row.pk) for row in rows]
    transaction.on_commit(lambda: copies.unlink(paths))


def drop_expired() -> int:
    """Files of copies that are over; how many went."""
    return copies.drop_expired(Export, export_path)


_TOO_MANY = Text(
    "一天最多申请3次，请明天再试；已备好的副本可以重复下载。",
    "At most three copies a day; a copy that is ready can be saved again and again.",
)
