"""The board's figures and lists as rows of a spreadsheet, in one language; so many rows at most."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Any, Final
from uuid import UUID

from xinglin.care.dispatch.queries.abnormal import AbnormalLine, Sought, abnormal_events
from xinglin.care.dispatch.queries.board import board, day_began
from xinglin.care.dispatch.queries.listing import (
    Asked,
    DoctorLine,
    VisitLine,
    board_doctors,
    board_visits,
)
from xinglin.care.dispatch.types import Figures
from xinglin.foundation.accounts.types import Viewer
from xinglin.kernel.text import Text

MOST_ROWS: Final = 10_000
_PAGE: Final = 500
STATES: Final = {
    "waiting": Text("候诊", "waiting"),
    "nobody": Text("无医生，待患者选择", "nobody on duty"),
    "left_message": Text("已留言", "message left"),
    "active": Text("在诊", "under way"),
    "ended": Text("已结束", "ended"),
    "cancelled": Text("已取消", "cancelled"),
    "free": Text("空闲", "free"),
    "busy": Text("已满", "full"),
    "paused": Text("暂停派单", "paused"),
    "unreachable": Text("掉线", "line lost"),
    "off": Text("不在班", "off duty"),
}
_WHOLE: Final = Text("全院", "Whole hospital")
_DEPARTMENT: Final = Text("科室", "Department")
_DOCTOR: Final = Text("医生", "Doctor")
_STATE: Final = Text("状态", "State")
_NOW: Final = {
    "waiting": Text("候诊", "Waiting"),
    "left_messages": Text("留言", "Messages left"),
    "oldest_wait_s": Text("最久等待（秒）", "Oldest wait (s)"),
    "offers_out": Text("待应答派单", "Offers out"),
    "active": Text("在诊", "Under way"),
    "due_soon": Text("五分钟内到时", "Due within 5 minutes"),
    "on_duty": Text("在线医生", "Doctors on line"),
    "unreachable": Text("掉线医生", "Doctors without a line"),
    "paused": Text("暂停派单的医生", "Doctors paused"),
    "free_doctors": Text("空闲医生", "Free doctors"),
    "free_slots": Text("空闲名额", "Free slots"),
}
_DAY: Final = {
    "asked": Text("问诊申请", "Visits asked for"),
    "served": Text("接诊完成", "Visits served"),
    "given_up": Text("无医生而取消", "Cancelled without a doctor"),
    "first_reply_p50_s": Text("首次回复中位（秒）", "First reply, median (s)"),
    "first_reply_p90_s": Text("首次回复九成内（秒）", "First reply, 90 % (s)"),
    "offers_made": Text("派单", "Offers made"),
    "offers_accepted": Text("接单", "Offers accepted"),
    "offers_refused": Text("拒单", "Offers refused"),
    "offers_lapsed": Text("未应答", "Offers not answered"),
}
_DAYS: Final = {
    "today": Text("今日{zh}", "{en}, today"),
    "last_week": Text("上周同时{zh}", "{en}, same hours last week"),
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """`rows`: the heading first. `subjects`: visit -> patient, whose were shown."""

    rows: list[list[str]]
    subjects: dict[UUID, UUID]


class Writer:
    """Cells in one language and at the clock of one place."""

    def __init__(self, locale: str, zone: tzinfo | None) -> None:
        self._locale = locale
        self._zone = zone

    def cell(self, value: Any) -> str:
        if value is None:
            return ""
        if isinstance(value, Text):
            return value.en if self._locale == "en" else value.zh
        if isinstance(value, datetime):
            return f"{value.astimezone(self._zone):%Y-%m-%d %H:%M:%S}"
        if isinstance(value, bool):
            return self.cell(Text("是", "yes") if value else Text("否", "no"))
        return str(value)

    def row(self, *values: Any) -> list[str]:
        return [self.cell(value) for value in values]


def sheet_of(
    viewer: Viewer,
    what: str,
    *,
    asked: Asked,
    sought: Sought,
    locale: str,
    at: datetime,
) -> Sheet:
    """`what`: figures, visits, doctors or abnormal. Whoever hands it out audits it."""
    writer = Writer(locale, day_began(viewer, at).tzinfo)
    if what == "figures":
        return Sheet(_figures(viewer, writer, at), {})
    if what == "visits":
        return _visits(viewer, asked, writer, at)
    if what == "doctors":
        return Sheet(_doctors(viewer, asked, writer, at), {})
    return Sheet(_abnormal(viewer, sought, writer), {})


def _figures(viewer: Viewer, writer: Writer, at: datetime) -> list[list[str]]:
    found = board(viewer, at)
    day = [
        words.filled(zh=name.zh, en=name.en) for words in _DAYS.values() for name in _DAY.values()
    ]
    rows = [writer.row(_DEPARTMENT, *_NOW.values(), *day)]
    rows.append(_line(writer, _WHOLE, found.totals))
    rows += [_line(writer, each.department.name, each.figures) for each in found.departments]
    rows.append(writer.row(Text("统计时间", "Counted at"), at))
    return rows


def _line(writer: Writer, name: Text, figures: Figures) -> list[str]:
    days = [getattr(getattr(figures, day), field) for day in _DAYS for field in _DAY]
    return writer.row(name, *(getattr(figures, field) for field in _NOW), *days)


def _visits(viewer: Viewer, asked: Asked, writer: Writer, at: datetime) -> Sheet:
    heads = (
        Text("问诊编号", "Visit"),
        Text("患者（隐名）", "Patient (masked)"),
        _DEPARTMENT,
        _STATE,
        Text("申请时间", "Asked at"),
        Text("接诊时间", "Accepted at"),
        Text("首次回复", "First reply"),
        Text("结束时间", "Ended at"),
        Text("结束原因", "Why it ended"),
        _DOCTOR,
        Text("到时", "Due at"),
        Text("到时后", "Then"),
        Text("退回次数", "Times returned"),
        Text("病历已签", "Record signed"),
    )
    rows = [writer.row(*heads)]
    subjects: dict[UUID, UUID] = {}
    place: str = ""
    while len(rows) <= MOST_ROWS:
        page = board_visits(viewer, replace(asked, after=place, limit=_PAGE), at)
        rows += [_visit(writer, each) for each in page.items]
        subjects |= page.subjects
        if page.next is None:
            break
        place = str(page.next)
    return Sheet(rows, subjects)


def _visit(writer: Writer, v: VisitLine) -> list[str]:
    return writer.row(
        v.id,
        v.patient,
        v.department.name,
        STATES[v.state],
        v.requested_at,
        v.accepted_at,
        v.first_reply_at,
        v.ended_at,
        v.ending_text,
        v.doctor and v.doctor.name,
        v.due_at,
        v.due_text,
        v.returned,
        v.record_signed,
    )


def _doctors(viewer: Viewer, asked: Asked, writer: Writer, at: datetime) -> list[list[str]]:
    heads = (
        _DOCTOR,
        Text("职称", "Title"),
        _DEPARTMENT,
        _STATE,
        Text("在诊", "Visits open"),
        Text("同时接诊数", "Visits at once"),
        Text("今日派单", "Offers today"),
        Text("接单", "Accepted"),
        Text("拒单", "Refused"),
        Text("未应答", "Not answered"),
    )

    def line(d: DoctorLine) -> list[str]:
        where = Text(
            "、".join(each.name.zh for each in d.departments),
            ", ".join(each.name.en for each in d.departments),
        )
        offers = (d.offers_made, d.offers_accepted, d.offers_refused, d.offers_lapsed)
        return writer.row(d.name, d.title, where, STATES[d.state], d.reserved, d.capacity, *offers)

    def page(after: str) -> tuple[list[list[str]], str]:
        found = board_doctors(viewer, replace(asked, after=after, limit=_PAGE), at)
        return [line(each) for each in found.items], found.next or ""

    return [writer.row(*heads), *_paged(page)]


def _abnormal(viewer: Viewer, sought: Sought, writer: Writer) -> list[list[str]]:
    heads = (
        Text("类型", "Type"),
        _DEPARTMENT,
        Text("站点", "Site"),
        _DOCTOR,
        Text("问诊编号", "Visit"),
        Text("到时", "Due at"),
        Text("发现时间", "Noted at"),
        Text("提醒时间", "Reminded at"),
        Text("补救时间", "Made good at"),
    )

    def line(e: AbnormalLine) -> list[str]:
        return writer.row(
            e.text,
            e.department and e.department.name,
            e.site and e.site.name,
            e.doctor and e.doctor.name,
            e.consultation_id,
            e.due_at,
            e.at,
            e.reminded_at,
            e.settled_at,
        )

    def page(after: str) -> tuple[list[list[str]], str]:
        place = UUID(after) if after else None
        found = abnormal_events(viewer, replace(sought, after=place, limit=_PAGE))
        return [line(each) for each in found.items], str(found.next or "")

    return [writer.row(*heads), *_paged(page)]


def _paged(page: Callable[[str], tuple[list[list[str]], str]]) -> Iterator[list[str]]:
    """`page`: place -> rows and the next place."""
    shown, place = 0, ""
    while shown < MOST_ROWS:
        rows, place = page(place)
        yield from rows
        shown += len(rows)
        if not place:
            return
