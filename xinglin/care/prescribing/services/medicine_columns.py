"""The columns of the sheet of medicines."""

from collections.abc import Mapping

from xinglin.care.prescribing import rules
from xinglin.foundation.sheets.services import columns as c
from xinglin.foundation.sheets.services.columns import MARK_COLUMN, YES_NO, Column
from xinglin.kernel.text import Locale, Text

_CODE = Text("字母、数字、“-”或“.”，如 M0123", "letters, digits, - or ., for example M0123")
_UCUM = Text("UCUM单位，如 mg、mL、[IU]、{tablet}", "UCUM, for example mg, mL, [IU], {tablet}")
_YES_OR_NO = Text("是或否", "yes or no")


def _one(
    key: str, name: Text, holds: Text, options: Mapping[str, Text], example: str, default: str = ""
) -> Column:
    return Column(
        key=key,
        name=name,
        holds=holds,
        example=options[example],
        reads=c.one_of(lambda: options),
        shows=c.by_name(lambda: options),
        choices=lambda: list(options.values()),
        default=default,
        fixed=bool(default),
    )


def _flag(key: str, name: Text, default: str = "0") -> Column:
    return Column(
        key=key,
        name=name,
        holds=_YES_OR_NO,
        example=YES_NO[default],
        reads=c.yes_no,
        shows=c.by_name(lambda: YES_NO),
        choices=lambda: list(YES_NO.values()),
        default=default,
        fixed=True,
        width=10,
    )


def _unit(key: str, name: Text, example: str) -> Column:
    return Column(
        key=key,
        name=name,
        holds=_UCUM,
        example=c.alike(example),
        reads=c.one_of(lambda: rules.UNITS),
        choices=lambda: list(map(c.alike, rules.UNITS)),
        width=12,
    )


def _words(key: str, name: Text, holds: Text, example: str, most: int, width: int = 16) -> Column:
    return Column(
        key=key,
        name=name,
        holds=holds,
        example=c.alike(example),
        reads=c.one_line(most),
        width=width,
    )


def _many(value: str, locale: Locale) -> str:
    return value.replace(",", "、" if locale == "zh" else ", ")


COLUMNS: tuple[Column, ...] = (
    Column(
        key="code",
        name=Text("药品代码", "Code"),
        holds=_CODE,
        example=c.alike("M0123"),
        reads=c.code(r"[A-Za-z0-9][A-Za-z0-9.-]{0,31}", _CODE),
        required=True,
        width=14,
    ),
    Column(
        key="generic_name_zh",
        name=Text("通用名", "Generic name in Chinese"),
        holds=Text("中文通用名，与批件一致", "as approved"),
        example=c.alike("苯磺酸氨氯地平片"),
        reads=c.one_line(120),
        required=True,
        width=28,
    ),
    Column(
        key="generic_name_en",
        name=Text("英文通用名", "Generic name in English"),
        holds=Text("英文通用名", "for English-speaking readers"),
        example=c.alike("Amlodipine besylate tablets"),
        reads=c.one_line(160),
        required=True,
        width=30,
    ),
    Column(
        key="ingredients_zh",
        name=Text("成分", "Substances in Chinese"),
        holds=Text("供核查识别；多个用“、”分开", "what checks recognise; several with a comma"),
        example=c.alike("氨氯地平"),
        reads=c.listed(400),
        shows=_many,
        width=20,
    ),
    Column(
        key="ingredients_en",
        name=Text("成分英文名", "Substances in English"),
        holds=Text("与“成分”顺序一致", "in the same order as in Chinese"),
        example=c.alike("amlodipine"),
        reads=c.listed(400),
        shows=_many,
        width=20,
    ),
    _words("strength", Text("规格", "Strength"), Text("如批件", "as approved"), "5 mg", 80),
    Column(
        key="strength_value",
        name=Text("规格数值", "Strength, value"),
        holds=Text("每一剂量单位的含量，数字", "in one dose unit, a number"),
        example=c.alike("5"),
        reads=c.decimal(whole=8, after=6),
        width=12,
    ),
    _unit("strength_unit", Text("规格单位", "Strength, unit"), "mg"),
    _one("form", Text("剂型", "Form"), Text("从列表选择", "of the list"), rules.FORMS, "tablet"),
    _words(
        "pack", Text("包装", "Pack"), Text("如“28片/盒”", "for example 28 a box"), "28片/盒", 80
    ),
    Column(
        key="routes",
        name=Text("给药途径", "Routes"),
        holds=Text("可选多个，用“；”分开", "one or several, with a semicolon"),
        example=rules.ROUTES["oral"],
        reads=c.some_of(lambda: rules.ROUTES),
        shows=c.by_names(lambda: rules.ROUTES),
    ),
    Column(
        key="frequencies",
        name=Text("可用频次", "Frequencies"),
        holds=Text("频次代码，如 qd；留空为不限", "codes such as qd; empty: any"),
        example=c.alike("qd, bid"),
        reads=c.some_of(rules.frequencies),
        shows=_many,
    ),
    _unit("dose_unit", Text("剂量单位", "Dose unit"), "{tablet}"),
    _one(
        "category",
        Text("药品类别", "Class"),
        Text("从列表选择；未填不能开具", "of the list; without it nothing is prescribed"),
        rules.CATEGORIES,
        "rx",
    ),
    _flag("antibiotic", Text("抗菌药物", "Antibacterial")),
    _flag("special_use_antibacterial", Text("特殊使用级抗菌药物", "Special-use antibacterial")),
    _flag("injection", Text("注射剂", "Injection")),
    _flag("high_alert", Text("高警示药品", "High-alert")),
    _one(
        "control",
        Text("管理类别", "Control class"),
        Text(
            "麻醉、精神、毒性、放射等；互联网医院不得开具",
            "none, or a class that is never prescribed here",
        ),
        rules.CONTROLS,
        "none",
        default=rules.NOT_CONTROLLED,
    ),
    _one(
        "storage",
        Text("贮藏", "Storage"),
        Text("从列表选择", "of the list"),
        rules.STORAGES,
        "room",
    ),
    _words(
        "approval_number",
        Text("批准文号", "Approval number"),
        Text("未填不能开具", "without it nothing is prescribed"),
        "DEMO-H000123",
        40,
        18,
    ),
    _one(
        "fact_status",
        Text("资料状态", "Status of its facts"),
        Text("有来源，或演示", "sourced, or demonstration"),
        rules.STATUSES,
        "demonstration",
        default="demonstration",
    ),
    _words(
        "fact_source",
        Text("资料来源", "Source of its facts"),
        Text("“有来源”时必填", "needed when they are sourced"),
        "说明书 2024",
        200,
        30,
    ),
    _flag("active", Text("启用", "In use"), default="1"),
    MARK_COLUMN,
)
