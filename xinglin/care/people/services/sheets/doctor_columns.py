"""What stands in the sheet of doctors."""

from collections.abc import Mapping

from xinglin.care.people import queries, rules
from xinglin.care.people.languages import in_order
from xinglin.care.people.queries.hospital import every_department
from xinglin.foundation.sheets.services import columns as c
from xinglin.foundation.sheets.services.columns import MARK_COLUMN, Column
from xinglin.foundation.sheets.types import Cell
from xinglin.kernel.text import Text


def _titles() -> Mapping[str, Text]:
    return queries.titles()


def _departments() -> Mapping[str, Text]:
    """Closed ones as well: who serves one is told so, and only a change is refused."""
    return every_department()


def _grades() -> Mapping[str, Text]:
    return rules.GRADES


def _languages(cell: Cell) -> str:
    """In whatever order they are written, they are the same ones."""
    return ",".join(in_order(filter(None, c.some_of(queries.languages)(cell).split(","))))


_DATE_HOLDS = Text("日期，如2026-01-31", "a date, for example 2026-01-31")
_YES_NO_HOLDS = Text("是 或 否", "yes or no")
_LOGIN = Text("小写字母、数字、点、横线", "small letters, digits, dots, dashes")
_NUMBER = Text(
    "执业证书上的编码（字母、数字、横线）", "the number on the licence (letters, digits, dashes)"
)


def _yes_no(key: str, zh: str, en: str, *, default: str = "", required: bool = False) -> Column:
    return Column(
        key=key,
        name=Text(zh, en),
        holds=_YES_NO_HOLDS,
        example=c.YES_NO["1"],
        reads=c.yes_no,
        shows=c.by_name(lambda: c.YES_NO),
        choices=lambda: tuple(c.YES_NO.values()),
        default=default,
        required=required,
        width=12,
    )


def _date(key: str, zh: str, en: str, example: str, *, required: bool = False) -> Column:
    return Column(
        key=key,
        name=Text(zh, en),
        holds=_DATE_HOLDS,
        example=c.alike(example),
        reads=c.a_date,
        required=required,
    )


COLUMNS: tuple[Column, ...] = (
    Column(
        key="licence_number",
        name=Text("执业证书编码", "Licence number"),
        holds=_NUMBER,
        example=c.alike("110110000012345"),
        reads=c.code(r"[0-9A-Za-z][0-9A-Za-z-]{3,63}", _NUMBER),
        required=True,
        width=22,
    ),
    Column(
        key="name_zh",
        name=Text("姓名", "Name"),
        holds=Text("证书上的姓名", "the name on the licence"),
        example=c.alike("沈听澜"),
        reads=c.one_line(60),
        required=True,
    ),
    Column(
        key="name_en",
        name=Text("英文姓名", "Name in English"),
        holds=Text("不填则按拼音生成", "made from the pinyin when empty"),
        example=c.alike("Shen Tinglan"),
        reads=c.one_line(80),
        width=20,
    ),
    Column(
        key="username",
        name=Text("登录名", "User name"),
        holds=Text(
            "不填则用执业证书编码；以后不在表格中修改",
            "the licence number when empty; not changed here later",
        ),
        example=c.alike("shen.tinglan"),
        reads=lambda cell: c.code(r"[0-9a-z][0-9a-z._-]{2,79}", _LOGIN)(_small(cell)),
        fixed=True,
        width=20,
    ),
    Column(
        key="title",
        name=Text("职称", "Title"),
        holds=Text("主任医师、副主任医师、主治医师、医师等", "as in the list, or its code"),
        example=Text("主治医师", "Attending physician"),
        reads=c.one_of(_titles),
        shows=c.by_name(_titles),
        choices=lambda: tuple(_titles().values()),
        required=True,
    ),
    Column(
        key="departments",
        name=Text("科室", "Departments"),
        holds=Text("本人科室在前，多个用“、”分开", "the own one first; several with a semicolon"),
        example=Text("全科、心血管内科", "General practice; Cardiology"),
        reads=c.some_of(_departments),
        shows=c.by_names(_departments),
        required=True,
        width=26,
    ),
    _date("licence_from", "执业证书生效日", "Licence from", "2015-07-01", required=True),
    _date("licence_until", "执业证书截止日", "Licence until", "2030-06-30"),
    _yes_no("registered_here", "注册在本机构", "Registered here", default="1"),
    _yes_no("multi_site_filed", "已办多机构备案", "Multi-site filed", default="0"),
    _date("independent_since", "独立执业起始日", "Independent since", "2018-07-01", required=True),
    _yes_no("consented", "注册机构已同意", "Institution consented", required=True),
    _yes_no("full_time", "全职", "Full time", default="1"),
    Column(
        key="hospital_zh",
        name=Text("主要执业医院", "Main hospital"),
        holds=Text("兼职医生填写；与英文名同时填", "of a part-time doctor; with its English name"),
        example=c.alike("杏林市第一人民医院"),
        reads=c.one_line(120),
        width=24,
    ),
    Column(
        key="hospital_en",
        name=Text("主要执业医院英文名", "Main hospital in English"),
        holds=Text("与中文名同时填", "with its Chinese name"),
        example=c.alike("Xinglin First People's Hospital"),
        reads=c.one_line(160),
        width=28,
    ),
    Column(
        key="hospital_grade",
        name=Text("医院等级", "Hospital grade"),
        holds=Text("如：三级甲等", "as in the list"),
        example=Text("三级甲等", "Level 3, class A"),
        reads=c.one_of(_grades),
        shows=c.by_name(_grades),
        choices=lambda: tuple(_grades().values()),
    ),
    Column(
        key="languages",
        name=Text("语言", "Languages"),
        holds=Text(
            "会说的语言，多个用“、”分开；不填表示未说明，按只会说本院语言对待",
            "those spoken, several with a semicolon; empty is not said: the house's own only",
        ),
        example=Text("普通话、英语", "Chinese; English"),
        reads=_languages,
        shows=c.by_names(queries.languages),
        width=24,
    ),
    Column(
        key="good_at_zh",
        name=Text("擅长", "Good at"),
        holds=Text("给患者看的一两句话", "a sentence or two for patients"),
        example=c.alike("常见呼吸道疾病、慢性咳嗽"),
        reads=c.text(1000),
        width=40,
    ),
    Column(
        key="good_at_en",
        name=Text("擅长（英文）", "Good at, in English"),
        holds=Text("给患者看的一两句话", "a sentence or two for patients"),
        example=c.alike("Airway infections, chronic cough"),
        reads=c.text(1000),
        width=40,
    ),
    MARK_COLUMN,
)


def _small(cell: Cell) -> Cell:
    return Cell(cell.text.lower(), cell.kind)
