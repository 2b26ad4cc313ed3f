"""Sites of the house, and who works there with which instruments. Everything is audited."""

import re
import secrets
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from xinglin.care.people.queries import default_institution, practitioner
from xinglin.care.sites.hours import are_sound
from xinglin.care.sites.measures import MEASURES
from xinglin.care.sites.models import Instrument, Site, SiteDoctor, SiteStaff
from xinglin.care.sites.queries.administration import row_of_house
from xinglin.care.sites.queries.devices import hash_of
from xinglin.care.sites.queries.sites import card_of
from xinglin.care.sites.types import KINDS, SiteCard, SiteForm
from xinglin.foundation.accounts.queries import active_staff
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit.services import record
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel.errors import Conflict, FieldError, Invalid, NotFound
from xinglin.kernel.text import Text

ROLE = "site_assistant"
_CODE = re.compile(r"[A-Za-z0-9-]{1,32}")
_DIVISION = re.compile(r"[0-9]{6}|")
_TELEPHONE = re.compile(r"[0-9+() -]{3,40}|")
_SERIAL = re.compile(r"[A-Za-z0-9._/-]{1,60}")
_MOST_TERMINALS = 50
_SOUTH, _NORTH, _WEST, _EAST = -90, 90, -180, 180


@outbox.in_one_transaction()
def found_site(viewer: Viewer, form: SiteForm, *, institution_id: UUID, at: datetime) -> SiteCard:
    """Raises Invalid; Conflict `site_code_taken`, `site_of_another_house`."""
    if institution_id != default_institution().id:
        raise Conflict("site_of_another_house", _OTHER_HOUSE)
    _check(form)
    row = Site(institution_id=institution_id, created_at=at)
    return _kept(viewer, row, form, "sites.found_site", at)


@outbox.in_one_transaction()
def change_site(viewer: Viewer, site_id: UUID, form: SiteForm, *, at: datetime) -> SiteCard:
    """A closed one admits nobody from the next request on.

    Raises:
        NotFound: not of the viewer's house.
        Invalid. Conflict: `site_code_taken`.
    """
    _check(form)
    return _kept(viewer, row_of_house(viewer, site_id, lock=True), form, "sites.change_site", at)


def _kept(viewer: Viewer, row: Site, form: SiteForm, action: str, at: datetime) -> SiteCard:
    row.code, row.kind, row.telephone = form.code, form.kind, form.telephone
    row.name_zh, row.name_en = form.name.zh, form.name.en
    row.address_zh = form.address.zh if form.address else ""
    row.address_en = form.address.en if form.address else ""
    row.division, row.terminals = form.division, form.terminals
    row.longitude, row.latitude = form.longitude, form.latitude
    row.hours = {day: [list(span) for span in told] for day, told in form.hours.items()}
    row.closed_at = (row.closed_at or at) if form.is_closed else None
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise Conflict("site_code_taken", _CODE_TAKEN) from None
    _audit(viewer, action, row)
    return card_of(row)


def _check(form: SiteForm) -> None:
    here = (form.longitude, form.latitude)
    wrong = {
        "code": not _CODE.fullmatch(form.code),
        "kind": form.kind not in KINDS,
        "division": not _DIVISION.fullmatch(form.division),
        "telephone": not _TELEPHONE.fullmatch(form.telephone),
        "terminals": not 1 <= form.terminals <= _MOST_TERMINALS,
        "hours": not are_sound(form.hours),
        "longitude": (here[0] is None) != (here[1] is None) or not _WEST <= (here[0] or 0) <= _EAST,
        "latitude": not _SOUTH <= (here[1] or 0) <= _NORTH,
    }
    if errors := [FieldError(name, _WRONG[name]) for name, is_wrong in wrong.items() if is_wrong]:
        raise Invalid(*errors)


@outbox.in_one_transaction()
def add_staff(viewer: Viewer, site_id: UUID, user_id: UUID, *, at: datetime) -> None:
    """An account with the role `site_assistant`, of the same house. Twice is once.

    Raises:
        NotFound: no such site of the viewer's house, or no such account.
        Conflict: `works_elsewhere`.
    """
    site = row_of_house(viewer, site_id, lock=True)
    if user_id not in active_staff(ROLE, site.institution_id):
        raise NotFound
    if SiteStaff.objects.filter(site=site, user_id=user_id, removed_at__isnull=True).exists():
        return
    try:
        with transaction.atomic():
            SiteStaff.objects.create(
                site=site, user_id=user_id, added_by=viewer.user_id, added_at=at
            )
    except IntegrityError:
        raise Conflict("works_elsewhere", _ELSEWHERE) from None
    _audit(viewer, "sites.add_staff", site, user_id=str(user_id))


@outbox.in_one_transaction()
def remove_staff(viewer: Viewer, site_id: UUID, user_id: UUID, *, at: datetime) -> None:
    """Holds from the next request on; a screen that this assistant handed over is over."""
    site = row_of_house(viewer, site_id, lock=True)
    rows = SiteStaff.objects.filter(site=site, user_id=user_id, removed_at__isnull=True)
    if not rows.update(removed_at=at, removed_by=viewer.user_id, pin=""):
        raise NotFound
    _audit(viewer, "sites.remove_staff", site, user_id=str(user_id))


@outbox.in_one_transaction()
def link_doctor(viewer: Viewer, site_id: UUID, practitioner_id: UUID, *, at: datetime) -> None:
    """Twice is once. Raises NotFound: no such site or doctor of the viewer's house."""
    site = row_of_house(viewer, site_id, lock=True)
    if practitioner(practitioner_id).institution_id != site.institution_id:
        raise NotFound
    known = {"site": site, "practitioner_id": practitioner_id, "removed_at": None}
    if not SiteDoctor.objects.filter(**known).exists():
        SiteDoctor.objects.create(**known, added_by=viewer.user_id, added_at=at)
        _audit(viewer, "sites.link_doctor", site, practitioner_id=str(practitioner_id))


@outbox.in_one_transaction()
def unlink_doctor(viewer: Viewer, site_id: UUID, practitioner_id: UUID, *, at: datetime) -> None:
    site = row_of_house(viewer, site_id, lock=True)
    rows = SiteDoctor.objects.filter(site=site, practitioner_id=practitioner_id, removed_at=None)
    if not rows.update(removed_at=at):
        raise NotFound
    _audit(viewer, "sites.unlink_doctor", site, practitioner_id=str(practitioner_id))


@outbox.in_one_transaction()
def note_instrument(  # keyword-only facts
    viewer: Viewer, site_id: UUID, serial: str, *, kind: str, model: str, at: datetime
) -> None:
    """Known from now on by its serial; another model or kind takes the place of the former.

    Raises:
        NotFound: no such site of the viewer's house.
        Invalid.
    """
    site = row_of_house(viewer, site_id, lock=True)
    wrong = {
        "serial": not _SERIAL.fullmatch(serial),
        "kind": kind not in MEASURES,
        "model": not model.strip(),
    }
    if errors := [FieldError(name, _WRONG[name]) for name, is_wrong in wrong.items() if is_wrong]:
        raise Invalid(*errors)
    rows = Instrument.objects.filter(site=site, serial=serial, removed_at=None)
    if rows.filter(kind=kind, model=model).exists():
        return
    rows.update(removed_at=at)
    Instrument.objects.create(
        site=site, serial=serial, kind=kind, model=model, added_by=viewer.user_id, added_at=at
    )
    _audit(viewer, "sites.note_instrument", site, kind=kind)


@outbox.in_one_transaction()
def remove_instrument(viewer: Viewer, site_id: UUID, serial: str, *, at: datetime) -> None:
    site = row_of_house(viewer, site_id, lock=True)
    rows = Instrument.objects.filter(site=site, serial=serial, removed_at=None)
    if not rows.update(removed_at=at):
        raise NotFound
    _audit(viewer, "sites.remove_instrument", site)


@outbox.in_one_transaction()
def make_gateway_token(viewer: Viewer, site_id: UUID, *, at: datetime) -> str:
    """Told this once; the former one no longer opens. Raises NotFound."""
    site = row_of_house(viewer, site_id, lock=True)
    token = secrets.token_urlsafe(32)
    site.gateway_hash, site.gateway_made_at = hash_of(token), at
    site.save(update_fields=["gateway_hash", "gateway_made_at"])
    _audit(viewer, "sites.make_gateway_token", site)
    return token


def _audit(viewer: Viewer, action: str, site: Site, **detail: str) -> None:
    record(
        viewer,
        action,
        subject=None,
        thing="site",
        thing_id=site.pk,
        purpose="operation",
        detail=dict(detail),
    )


_WRONG = {
    "code": Text(
        "站点编号须为1至32个字母、数字或连字符。",
        "A site's code has 1 to 32 letters, digits or hyphens.",
    ),
    "kind": Text("请选择列表中的种类。", "Please choose one of the kinds listed."),
    "division": Text(
        "行政区划代码须为6位数字（GB/T 2260），或留空。",
        "The division has six digits (GB/T 2260), or is left empty.",
    ),
    "telephone": Text("电话号码格式不正确。", "This is no telephone number."),
    "terminals": Text("终端数须为1至50。", "There are 1 to 50 terminals."),
    "hours": Text(
        "营业时间须为每天至多4段、互不重叠的时刻，如 08:00–20:00。",
        "Opening hours are at most four spans a day that do not overlap, such as 08:00 to 20:00.",
    ),
    "longitude": Text(
        "经度须在-180至180之间；请同时填写经度和纬度，或都留空。",
        "The longitude lies between -180 and 180; give both longitude and latitude, or neither.",
    ),
    "latitude": Text("纬度须在-90至90之间。", "The latitude lies between -90 and 90."),
    "serial": Text(
        "序列号须为1至60个字母、数字或 . _ / -。",
        "A serial has 1 to 60 letters, digits or . _ / -.",
    ),
    "model": Text("请填写仪器型号。", "Please name the model of the instrument."),
}
_CODE_TAKEN = Text("这个站点编号已有站点使用。", "Another site has this code already.")
_ELSEWHERE = Text(
    "这位店员目前在另一站点工作，请先在那里移出。",
    "This assistant works at another site now; please remove the assistant there first.",
)
_OTHER_HOUSE = Text(
    "到店登记的患者目前只能登记到本系统的第一家机构；请由该机构的管理员建立站点。",
    "Patients who walk in are registered with the first institution of this system so far: its"
    " administrator founds the site.",
)
