"""A sheet is looked at first, and then applied as it was looked at: all of it, or nothing."""

import time
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import structlog
from django.db import IntegrityError, transaction

from xinglin.care.people import queries
from xinglin.care.people.models import SheetImport
from xinglin.care.people.models.sheets import RUNNING
from xinglin.care.people.services.sheets.kinds import kind_of
from xinglin.foundation.accounts.queries import viewer_later
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit.services import record
from xinglin.foundation.media import services as media
from xinglin.foundation.media.queries import own_file
from xinglin.foundation.outbox import services as outbox
from xinglin.foundation.sheets.services import UnreadableError, read
from xinglin.foundation.sheets.services.plans import Kind, Known, Line, Plan, mark_of, plan
from xinglin.foundation.sheets.types import Sheet
from xinglin.kernel import clock
from xinglin.kernel.errors import Conflict, FieldError, Invalid, NotFound
from xinglin.kernel.text import Text

log = structlog.get_logger(__name__)
SHEET: Final = "sheet"  # what wakes the worker's loop
SHOWN: Final = 500
CHANGES_SHOWN: Final = 200
FRESH_FOR: Final = timedelta(days=1)
_VALUE_SHOWN = 120
# Whoever took one up is done within this time, or it is taken up again.
_LEASE, _MOST_TRIES = timedelta(minutes=5), 3


@outbox.in_one_transaction()
def ask_import(viewer: Viewer, *, kind: str, file_id: UUID, at: datetime) -> SheetImport:
    """The worker looks at it; nothing is written but what it found.

    Raises:
        NotFound: no such kind, or no such file of this person.
        Invalid: the file is no spreadsheet by its kind.
        Conflict: `import_running`.
    """
    kind_of(kind)
    if viewer.institution_id is None:
        raise NotFound
    file = own_file(viewer, file_id)
    if file.kind != "sheet":
        raise Invalid(FieldError("file_id", _NO_SHEET))
    try:
        with transaction.atomic():
            row = SheetImport.objects.create(
                institution_id=viewer.institution_id,
                kind=kind,
                file_id=file.id,
                file_name=file.name,
                sha256=file.sha256,
                bytes=file.bytes,
                asked_by=viewer.user_id,
                asked_at=at,
                retry_at=at,
            )
    except IntegrityError as error:
        raise Conflict("import_running", _RUNNING) from error
    _note(viewer, "people.check_sheet", row)
    transaction.on_commit(lambda: outbox.poke("worker", SHEET))
    return row


@outbox.in_one_transaction()
def apply_import(viewer: Viewer, import_id: UUID, *, sha256: str, at: datetime) -> SheetImport:
    """Asked twice it is applied once.

    Args:
        sha256: of the file whose preview the person has seen.
    Raises:
        NotFound: not of the viewer's institution.
        Conflict: `another_file`, `import_running`, `sheet_has_errors`, `import_outdated`.
    Locks: the import.
    """
    if viewer.institution_id is None:
        raise NotFound
    row = (
        SheetImport.objects.select_for_update(of=("self",))
        .filter(pk=import_id, institution_id=viewer.institution_id)
        .first()
    )
    if row is None:
        raise NotFound
    if row.sha256 != sha256:
        raise Conflict("another_file", _ANOTHER_FILE)
    if row.state in {"applying", "applied"}:
        return row
    if row.state == "asked":
        raise Conflict("import_running", _RUNNING)
    if row.errors or row.state == "refused":
        raise Conflict("sheet_has_errors", _HAS_ERRORS)
    if row.state != "checked" or row.checked_at is None or row.checked_at < at - FRESH_FOR:
        raise Conflict("import_outdated", _OUTDATED)
    row.state, row.retry_at, row.tries, row.applied_by = "applying", at, 0, viewer.user_id
    try:
        with transaction.atomic():
            row.save(update_fields=["state", "retry_at", "tries", "applied_by"])
    except IntegrityError as error:
        raise Conflict("import_running", _RUNNING) from error
    transaction.on_commit(lambda: outbox.poke("worker", SHEET))
    return row


def take_up_next() -> bool:
    """Look at one that waits, or apply it; whether there was one."""
    row = _taken(clock.now())
    if row is None:
        return False
    began = time.monotonic()
    try:
        (_check if row.state == "asked" else _apply)(row, began)
    except Exception as error:  # one sheet fails alone, and nothing of it is kept
        log.exception("sheet not taken", import_id=str(row.pk), error=type(error).__name__)
        _failed(row)
    return True


def _taken(at: datetime) -> SheetImport | None:
    with transaction.atomic():
        row = (
            SheetImport.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(state__in=RUNNING, retry_at__lte=at)
            .order_by("retry_at")
            .first()
        )
        if row is not None:
            row.tries += 1
            row.retry_at = at + _LEASE
            row.save(update_fields=["tries", "retry_at"])
        return row


def _check(row: SheetImport, began: float) -> None:
    kind, house = kind_of(row.kind), queries.institution(row.institution_id)
    try:
        found = plan(kind, _read(row.file_id), house, clock.now())
    except (UnreadableError, NotFound) as error:
        _settle(row, "refused", began, found={"refused": _why(error)})
        return
    _settle(
        row,
        "checked",
        began,
        rows=found.rows,
        new=len(found.new),
        changed=len(found.changed),
        same=found.same,
        errors=len(found.faults),
        plan=found.digest,
        found=_told(kind, found),
    )


def _read(file_id: UUID) -> Sheet:
    """Raises NotFound, UnreadableError."""
    found = media.stored([file_id])
    if file_id not in found or not Path(found[file_id].path).is_file():
        raise NotFound
    return read(Path(found[file_id].path))


def _why(error: UnreadableError | NotFound) -> dict[str, Any]:
    if isinstance(error, UnreadableError):
        return {"code": error.code, "text": error.text.as_dict()}
    return {"code": "file_gone", "text": _GONE.as_dict()}


def _apply(row: SheetImport, began: float) -> None:
    """What was previewed, or nothing: the same plan on what is there now, held until it is written."""
    at = clock.now()
    kind, house = kind_of(row.kind), queries.institution(row.institution_id)
    try:
        sheet = _read(row.file_id)
        with outbox.in_one_transaction():
            found = plan(kind, sheet, house, at)
            held = kind.hold(found.changed, house)
            _check_unmoved(row, found, held)
            assert row.applied_by is not None
            viewer = viewer_later(row.applied_by)
            kind.write(viewer, found, house, at)
            _settle(row, "applied", began, applied_at=at)
            _note(viewer, "people.apply_sheet", row)
    except (_OutdatedError, IntegrityError, UnreadableError, NotFound):
        _settle(row, "outdated", began)


def _check_unmoved(row: SheetImport, found: Plan, held: Mapping[str, Known]) -> None:
    """Raises _OutdatedError."""
    if found.digest != row.plan or any(_moved(line, held) for line in found.changed):
        raise _OutdatedError


def _moved(line: Line, held: Mapping[str, Known]) -> bool:
    now = held.get(line.key)
    return now is None or line.before is None or mark_of(now.values) != mark_of(line.before.values)


class _OutdatedError(Exception):
    """Something has changed since the preview."""


def _settle(row: SheetImport, state: str, began: float, **told: Any) -> None:
    at = clock.now()
    checked = {"checked_at": at} if row.state == "asked" else {}
    taken = int(1000 * (time.monotonic() - began))
    SheetImport.objects.filter(pk=row.pk, state=row.state).update(
        state=state, retry_at=None, milliseconds=taken, **checked, **told
    )


def _failed(row: SheetImport) -> None:
    if row.tries >= _MOST_TRIES:
        SheetImport.objects.filter(pk=row.pk, state=row.state).update(state="failed", retry_at=None)
    else:
        SheetImport.objects.filter(pk=row.pk, state=row.state).update(retry_at=clock.now())


def _told(kind: Kind, found: Plan) -> dict[str, Any]:
    """What the page shows; names of columns come with it in both languages."""
    names = {column.key: column.name.as_dict() for column in kind.columns}
    lines = [*found.changed, *found.new][:CHANGES_SHOWN]
    return {
        "errors": [
            {**asdict(fault), "column": names.get(fault.column), "key": fault.column}
            for fault in found.faults[:SHOWN]
        ],
        "lines": [
            {
                "row": line.row,
                "key": line.key,
                "name": line.name.as_dict(),
                "is_new": line.before is None,
                "fields": _fields(kind, line) if line.before else [],
            }
            for line in lines
        ],
        "extra": found.extra[:20],
        "others": found.others[:10],
    }


def _fields(kind: Kind, line: Line) -> list[dict[str, Any]]:
    columns = {column.key: column for column in kind.columns}
    old = line.before.values if line.before else {}
    return [
        {
            "column": columns[key].name.as_dict(),
            "before": _both(columns[key], old.get(key, "")),
            "after": _both(columns[key], line.values[key]),
        }
        for key in line.differs
    ]


def _both(column: Any, value: str) -> dict[str, str]:
    return {
        "zh": column.shows(value, "zh")[:_VALUE_SHOWN],
        "en": column.shows(value, "en")[:_VALUE_SHOWN],
    }


def _note(viewer: Viewer, action: str, row: SheetImport) -> None:
    record(
        viewer,
        action,
        subject=None,
        thing="sheet_import",
        thing_id=row.pk,
        purpose="administration",
        detail={"kind": row.kind, "sha256": row.sha256, "new": row.new, "changed": row.changed},
    )


_NO_SHEET = Text("请上传XLSX或CSV表格。", "Please upload an XLSX or CSV file.")
_RUNNING = Text(
    "本院正在处理另一份表格，请等它完成。",
    "Another sheet of this hospital is being worked on; please wait until it is done.",
)
_ANOTHER_FILE = Text(
    "这不是您预览过的文件，请重新预览。",
    "This is not the file of the preview; please look at it again.",
)
_HAS_ERRORS = Text(
    "表格中还有错误，没有导入任何内容。请改正后重新上传。",
    "The sheet has errors, and nothing was imported. Please mend them and upload it again.",
)
_OUTDATED = Text(
    "预览之后内容已变化或预览已过期，没有导入任何内容。请重新预览。",
    "Something has changed since the preview, or it is too old; nothing was imported. Please look"
    " at it again.",
)
_GONE = Text("文件已不在，请重新上传。", "The file is gone; please upload it again.")
