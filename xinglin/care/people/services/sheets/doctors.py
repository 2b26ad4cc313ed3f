"""The sheet of doctors: one row is one doctor of the institution with the licence that serves."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from xinglin.care.people.models import Practitioner
from xinglin.care.people.queries.licences import LONGEST_FIRST
from xinglin.care.people.services.employing import Employment, faults, unfit
from xinglin.care.people.services.sheets.doctor_columns import COLUMNS
from xinglin.care.people.services.sheets.doctor_writing import (
    change_all,
    employ_all,
    employment_of,
)
from xinglin.foundation.accounts import queries as accounts
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.database import services as database
from xinglin.foundation.sheets.services.columns import Column
from xinglin.foundation.sheets.services.plans import Known, Line, Plan, Values
from xinglin.foundation.sheets.types import House
from xinglin.kernel.errors import Refusal
from xinglin.kernel.text import Text
from xinglin.policy.rules import local_date

_DAY = timedelta(days=1)
# Of the licence that serves longest, as `queries.staff_facts` chooses it.
_KNOWN = f"""
    select distinct on (p.id) p.id, l.id, p.user_id, u.username, l.number, l.valid_from, l.valid_until,
        l.registered_here, l.multi_site_filed, p.name_zh, p.name_en, p.title_code,
        (select string_agg(d.department_id, ',' order by d.fit, d.id)
            from people_practitionerdepartment d where d.practitioner_id = p.id),
        p.independent_since, p.institution_consented, p.full_time, p.hospital_zh, p.hospital_en,
        p.hospital_grade, p.good_at_zh, p.good_at_en, p.languages
    from people_practitioner p
    join accounts_user u on u.id = p.user_id
    join people_licence l on l.practitioner_id = p.id and l.institution_id = p.institution_id
    where p.institution_id = %s
    order by p.id, {LONGEST_FIRST}
"""  # noqa: S608  # constants only
_OLDER = "select number, practitioner_id from people_licence where institution_id = %s"


def _pinyin(name: str) -> str:
    """Family name first, as on the licence: 沈听澜 is Shen Tinglan."""
    from pypinyin import lazy_pinyin

    if name.isascii():
        return name
    parts = [part for part in lazy_pinyin(name) if part.strip()]
    return " ".join([parts[0].title(), "".join(parts[1:]).title()]).strip()[:80] if parts else name


class Doctors:
    columns: Sequence[Column] = COLUMNS
    key = "licence_number"
    title = Text("医生", "Doctors")

    def known(self, house: House) -> Mapping[str, Known]:
        rows = database.fetch(_KNOWN, [house.id])
        return {row[4]: Known(row[0:3], _values(row, house.place)) for row in rows}

    def hold(self, lines: Sequence[Line], house: House) -> Mapping[str, Known]:
        """Locks the doctors that will change, then looks again."""
        held = [line.before.id[0] for line in lines if line.before]
        list(
            Practitioner.objects.select_for_update()
            .filter(pk__in=held)
            .order_by("pk")
            .values_list("pk")
        )
        return self.known(house)

    def named(self, values: Values) -> Text:
        return Text(values["name_zh"] or "?", values["name_en"] or values["name_zh"] or "?")

    def completed(self, values: Values) -> Values:
        made = dict(values)
        made["name_en"] = values["name_en"] or _pinyin(values["name_zh"])
        made["username"] = values["username"] or values["licence_number"].lower()
        return made

    def faults(
        self, lines: Sequence[Line], house: House, at: datetime
    ) -> list[tuple[Line, str, Text, Text]]:
        older: dict[str, UUID] = dict(database.fetch(_OLDER, [house.id]))
        taken = accounts.taken_usernames(
            line.values["username"] for line in lines if line.before is None
        )
        names: dict[str, int] = {}
        found = []
        for line in lines:
            found += [(line, *fault) for fault in _wrong(line, house.place, at)]
            found += [(line, *fault) for fault in _identity(line, older, taken, names)]
        return found

    def write(self, viewer: Viewer, plan: Plan, house: House, at: datetime) -> None:
        """Emits: DoctorsEmployed, DoctorsChanged."""
        del at
        employ_all(viewer, plan.new, house)
        change_all(viewer, plan.changed, house)


def _values(row: database.Row, place: str) -> Values:
    (_, _, _, username, number, begins, ends, here, filed, name_zh, name_en, title, departments,
     since, consented, full_time, hospital_zh, hospital_en, grade, good_zh, good_en,
     languages) = row  # fmt: skip
    return {
        "licence_number": number,
        "name_zh": name_zh,
        "name_en": name_en,
        "username": username,
        "title": title,
        "departments": departments or "",
        "licence_from": begins.isoformat(),
        # The last day on which it holds, as a licence has it.
        "licence_until": local_date(ends - _DAY, place).isoformat() if ends else "",
        "registered_here": str(int(here)),
        "multi_site_filed": str(int(filed)),
        "independent_since": since.isoformat() if since else "",
        "consented": str(int(consented)),
        "full_time": str(int(full_time)),
        "hospital_zh": hospital_zh,
        "hospital_en": hospital_en,
        "hospital_grade": grade,
        "languages": ",".join(languages),
        "good_at_zh": good_zh,
        "good_at_en": good_en,
    }


def _wrong(line: Line, place: str, at: datetime) -> Iterator[tuple[str, Text, Text]]:
    """What `employ_doctor` would refuse; of a new doctor also what the law does."""
    employment = employment_of(line.values, place)
    for error in faults(employment, place=place):
        yield error.field, error.text, _COMPARE
    if bool(line.values["hospital_zh"]) != bool(line.values["hospital_en"]):
        yield "hospital_en", *_BOTH
    if line.before is None:
        for refusal in unfit(employment, place=place, at=at):
            yield _culprit(employment, refusal, place, at), _by_rule(refusal), refusal.instead


def _culprit(employment: Employment, refusal: Refusal, place: str, at: datetime) -> str:
    """The column without whose value this refusal would not be."""
    long_ago = date(1950, 1, 1)
    healed = {
        "consented": replace(employment, institution_consented=True),
        "independent_since": replace(employment, independent_since=long_ago),
        "licence_from": replace(
            employment, licence=replace(employment.licence, valid_from=long_ago)
        ),
        "licence_until": replace(employment, licence=replace(employment.licence, valid_until=None)),
        "multi_site_filed": replace(
            employment, licence=replace(employment.licence, multi_site_filed=True)
        ),
    }
    return next(
        (key for key, better in healed.items() if refusal not in unfit(better, place=place, at=at)),
        "",
    )


def _by_rule(refusal: Refusal) -> Text:
    return Text(
        f"{refusal.text.zh}（{refusal.rule_id}，{refusal.source}）",
        f"{refusal.text.en} ({refusal.rule_id}, {refusal.source})",
    )


def _identity(
    line: Line, older: Mapping[str, UUID], taken: frozenset[str], names: dict[str, int]
) -> Iterator[tuple[str, Text, Text]]:
    """A login name is one person's, and an earlier licence is no other doctor."""
    username = line.values["username"]
    if line.before is None and line.key in older:
        yield "licence_number", *_OLDER_LICENCE
    elif line.before is None and username in taken:
        yield "username", *_TAKEN
    if line.before is not None and username != line.before.values["username"]:
        yield "username", *_NOT_CHANGED
    if username in names:
        first = names[username]
        told = Text(f"登录名与第{first}行相同。", f"The same user name as in row {first}.")
        yield "username", told, _TAKEN[1]
    names.setdefault(username, line.row)


_COMPARE = Text("请与证书核对后修改。", "Please compare it with the licence and mend it.")
_BOTH = (
    Text("医院的中文名和英文名只填了一个。", "Only one of the hospital's two names is there."),
    Text("请两个都填，或都不填。", "Please give both, or neither."),
)
_OLDER_LICENCE = (
    Text(
        "这是本院某位医生以前的执业证书编码。",
        "This is an earlier licence of a doctor of this house.",
    ),
    Text("请填写该医生现用的编码。", "Please enter the number that the doctor uses now."),
)
_TAKEN = (
    Text("这个登录名已有人使用。", "Somebody has this user name already."),
    Text("请换一个，或留空。", "Please choose another one, or leave it empty."),
)
_NOT_CHANGED = (
    Text("登录名不能在表格中修改。", "A user name is not changed by a sheet."),
    Text("请留空，或填写原来的登录名。", "Please leave it empty, or enter the name as it is."),
)
