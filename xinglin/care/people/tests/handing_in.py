"""Sheets of doctors as tests hand them in."""

from xinglin.care.people.models import SheetImport
from xinglin.care.people.services import sheets
from xinglin.foundation.media import services as media
from xinglin.foundation.sheets.tests.samples import workbook
from xinglin.kernel import clock, ids

HEAD = {
    "licence_number": "执业证书编码*",
    "name_zh": "姓名*",
    "title": "职称*",
    "departments": "科室*",
    "licence_from": "执业证书生效日",
    "independent_since": "独立执业起始日",
    "consented": "注册机构已同意",
}
GOOD = {
    "licence_number": "110110000000001",
    "name_zh": "沈听澜",
    "title": "主治医师",
    "departments": "全科、心血管内科",
    "licence_from": "2015-07-01",
    "independent_since": "2018-07-01",
    "consented": "是",
}


def handed_in(viewer, content: bytes, *, kind="doctors", name="doctors.xlsx") -> SheetImport:
    """Uploaded, asked for, and looked at."""
    upload = ids.new()
    media.begin(
        viewer, upload, kind="sheet", size=len(content), sha256="", name=name, at=clock.now()
    )
    state = media.append(viewer, upload, offset=0, piece=content, at=clock.now())
    row = sheets.ask_import(viewer, kind=kind, file_id=state.file.id, at=clock.now())
    assert sheets.take_up_next()
    row.refresh_from_db()
    return row


def applied(viewer, row: SheetImport) -> SheetImport:
    sheets.apply_import(viewer, row.pk, sha256=row.sha256, at=clock.now())
    assert sheets.take_up_next()
    row.refresh_from_db()
    return row


def sheet(*rows: dict, head=HEAD) -> bytes:
    return workbook(list(head.values()), *[[row.get(key) for key in head] for row in rows])


def people(count: int) -> list[dict]:
    return [GOOD | {"licence_number": f"1101{n:011d}", "name_zh": f"医生{n}"} for n in range(count)]


def counts(row: SheetImport) -> tuple[int, int, int, int]:
    return row.new, row.changed, row.same, row.errors


def told(row: SheetImport) -> list[tuple[str, str]]:
    """Cell and what is wrong, of each error."""
    return [(e["cell"], e["text"]["zh"]) for e in row.found["errors"]]
