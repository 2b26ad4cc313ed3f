"""The words in which a medicine is described, and what cannot be said of one. Pure."""

import csv
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path

from xinglin.kernel.text import Text

_DATA = Path(__file__).parent / "data"

CATEGORIES = {
    "rx": Text("处方药", "prescription medicine"),
    "otc": Text("非处方药", "over the counter"),
    "tcm_patent": Text("中成药", "Chinese patent medicine"),
    "tcm_slices": Text("中药饮片", "Chinese herbal slices"),
}
NOT_CONTROLLED = "none"
CONTROLS = {
    NOT_CONTROLLED: Text("无", "none"),
    "narcotic": Text("麻醉药品", "narcotic"),
    "psychotropic_1": Text("第一类精神药品", "psychotropic, class I"),
    "psychotropic_2": Text("第二类精神药品", "psychotropic, class II"),
    "toxic": Text("医疗用毒性药品", "toxic for medical use"),
    "radioactive": Text("放射性药品", "radioactive"),
    "special_rule": Text("有特殊管理规定的高风险药品", "high risk with special rules"),
}
STATUSES = {
    "sourced": Text("有来源", "sourced"),
    "demonstration": Text("演示", "demonstration"),
}
STORAGES = {
    "room": Text("常温", "room temperature"),
    "cool": Text("阴凉", "cool place"),
    "refrigerated": Text("冷藏", "refrigerated"),
    "frozen": Text("冷冻", "frozen"),
    "from_light": Text("避光", "protected from light"),
}
INJECTIONS = frozenset({"injection", "powder_for_injection"})
FORMS = {
    "tablet": Text("片剂", "tablet"),
    "prolonged_tablet": Text("缓释片", "prolonged-release tablet"),
    "controlled_tablet": Text("控释片", "controlled-release tablet"),
    "enteric_tablet": Text("肠溶片", "enteric-coated tablet"),
    "chewable_tablet": Text("咀嚼片", "chewable tablet"),
    "dispersible_tablet": Text("分散片", "dispersible tablet"),
    "melting_tablet": Text("口腔崩解片", "orodispersible tablet"),
    "sublingual_tablet": Text("舌下片", "sublingual tablet"),
    "effervescent_tablet": Text("泡腾片", "effervescent tablet"),
    "lozenge": Text("含片", "lozenge"),
    "capsule": Text("胶囊", "capsule"),
    "soft_capsule": Text("软胶囊", "soft capsule"),
    "enteric_capsule": Text("肠溶胶囊", "enteric-coated capsule"),
    "prolonged_capsule": Text("缓释胶囊", "prolonged-release capsule"),
    "granules": Text("颗粒剂", "granules"),
    "powder": Text("散剂", "powder"),
    "pill": Text("丸剂", "pill"),
    "dropping_pill": Text("滴丸", "dropping pill"),
    "oral_solution": Text("口服溶液", "oral solution"),
    "oral_liquid": Text("合剂（口服液）", "mixture, oral liquid"),
    "syrup": Text("糖浆", "syrup"),
    "oral_suspension": Text("口服混悬液", "oral suspension"),
    "oral_drops": Text("口服滴剂", "oral drops"),
    "injection": Text("注射液", "injection"),
    "powder_for_injection": Text("注射用粉末", "powder for injection"),
    "cream": Text("乳膏", "cream"),
    "ointment": Text("软膏", "ointment"),
    "gel": Text("凝胶", "gel"),
    "lotion": Text("洗剂", "lotion"),
    "liniment": Text("搽剂", "liniment"),
    "cutaneous_solution": Text("外用溶液", "cutaneous solution"),
    "eye_drops": Text("滴眼液", "eye drops"),
    "eye_ointment": Text("眼膏", "eye ointment"),
    "ear_drops": Text("滴耳液", "ear drops"),
    "nasal_spray": Text("鼻喷雾剂", "nasal spray"),
    "spray": Text("喷雾剂", "spray"),
    "inhalation_aerosol": Text("吸入气雾剂", "inhalation aerosol"),
    "inhalation_powder": Text("吸入粉雾剂", "inhalation powder"),
    "inhalation_solution": Text("吸入用溶液", "solution for inhalation"),
    "suppository": Text("栓剂", "suppository"),
    "vaginal_tablet": Text("阴道片", "vaginal tablet"),
    "patch": Text("贴剂", "patch"),
    "plaster": Text("膏药（贴膏）", "plaster"),
    "slices": Text("饮片", "slices"),
}
ROUTES = {
    "oral": Text("口服", "by mouth"),
    "sublingual": Text("舌下含服", "under the tongue"),
    "buccal": Text("含服", "held in the mouth"),
    "inhaled": Text("吸入", "inhaled"),
    "nasal": Text("鼻用", "into the nose"),
    "ocular": Text("眼用", "into the eye"),
    "otic": Text("耳用", "into the ear"),
    "cutaneous": Text("外用", "on the skin"),
    "transdermal": Text("透皮贴敷", "through the skin"),
    "rectal": Text("直肠给药", "into the rectum"),
    "vaginal": Text("阴道给药", "into the vagina"),
    "subcutaneous": Text("皮下注射", "under the skin by injection"),
    "intramuscular": Text("肌内注射", "into the muscle by injection"),
    "intravenous": Text("静脉注射", "into the vein"),
    "intravenous_drip": Text("静脉滴注", "into the vein by drip"),
    "decoction": Text("水煎服", "as a decoction"),
}
# UCUM, case-sensitive. What stands in braces is UCUM's annotation: a count of that thing (ADR 0047).
UNITS = {
    "g": Text("克", "g"),
    "mg": Text("毫克", "mg"),
    "ug": Text("微克", "microgram"),
    "mL": Text("毫升", "mL"),
    "L": Text("升", "L"),
    "mmol": Text("毫摩尔", "mmol"),
    "[IU]": Text("国际单位", "IU"),
    "%": Text("百分之", "percent"),
    "mg/mL": Text("毫克/毫升", "mg/mL"),
    "ug/mL": Text("微克/毫升", "microgram/mL"),
    "[IU]/mL": Text("国际单位/毫升", "IU/mL"),
    "mg/g": Text("毫克/克", "mg/g"),
    "g/L": Text("克/升", "g/L"),
    "[drp]": Text("滴", "drop"),
    "{tablet}": Text("片", "tablet"),
    "{capsule}": Text("粒", "capsule"),
    "{sachet}": Text("袋", "sachet"),
    "{pill}": Text("丸", "pill"),
    "{puff}": Text("吸（喷）", "puff"),
    "{patch}": Text("贴", "patch"),
    "{suppository}": Text("枚", "suppository"),
    "{vial}": Text("支", "vial"),
    "{application}": Text("次", "application"),
}
_PLURALS = {"patch": "patches", "suppository": "suppositories"}


def plural(value: int | str, unit: str, name: str) -> str:
    """Of what is counted and not measured; the client's `shared/medicines/amount.ts` says the same."""
    is_counted = unit.startswith("{") or unit == "[drp]"
    return _PLURALS.get(name, f"{name}s") if is_counted and Decimal(value) != 1 else name


# Listed, and yet no compound with it is controlled for its sake: cold remedies, for one.
_FREE_IN_COMPOUNDS = frozenset({"caffeine", "咖啡因"})


@cache
def frequencies() -> dict[str, Text]:
    """Code -> how often; the codes are those of the wards, some of them twice in other words."""
    return {row["code"]: Text(row["name_zh"], row["name_en"]) for row in _rows("frequency_codes")}


@cache
def controlled() -> dict[str, str]:
    """A substance's Chinese or English name, in small letters -> its class. Not complete."""
    found = {}
    for row in _rows("controlled"):
        found[row["name_zh"].casefold()] = found[row["name_en"].casefold()] = row["class"]
    return found


def control_of(names: list[str], substances: int) -> str:
    """The class that the lists give, `NOT_CONTROLLED` for none.

    Args:
        names: of the medicine and of its substances, in either language; whole, never parts of names.
        substances: how many there are.
    """
    known = controlled()
    for name in names:
        plain = name.strip().casefold()
        if plain in known and not (substances > 1 and plain in _FREE_IN_COMPOUNDS):
            return known[plain]
    return NOT_CONTROLLED


def contradictions(told: Mapping[str, str]) -> Iterator[tuple[str, Text, Text]]:
    """(field, what is wrong, what to do) of a medicine whose values are each right by themselves.

    Args:
        told: as a sheet has it (`services.medicine_rows.values_of`).
    """
    zh, en = _parts(told["ingredients_zh"]), _parts(told["ingredients_en"])
    if len(zh) != len(en):
        yield "ingredients_en", *_UNEVEN
    if bool(told["strength_value"]) != bool(told["strength_unit"]):
        yield "strength_unit", *_HALF_A_STRENGTH
    if told["fact_status"] == "sourced" and not told["fact_source"]:
        yield "fact_source", *_NO_SOURCE
    if (told["form"] in INJECTIONS) != (told["injection"] == "1") and told["form"]:
        yield "injection", *_INJECTION
    if told["special_use_antibacterial"] == "1" and told["antibiotic"] != "1":
        yield "antibiotic", *_ANTIBIOTIC
    names = [told["generic_name_zh"], told["generic_name_en"], *zh, *en]
    listed = control_of(names, max(len(zh), len(en)))
    if listed != NOT_CONTROLLED and told["control"] == NOT_CONTROLLED:
        yield (
            "control",
            _LISTED[0].filled(zh=CONTROLS[listed].zh, en=CONTROLS[listed].en),
            _LISTED[1],
        )


def _parts(listed: str) -> list[str]:
    return [part for part in listed.split(",") if part]


@cache
def _rows(name: str) -> tuple[dict[str, str], ...]:
    with (_DATA / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file, delimiter="\t"))


_UNEVEN = (
    Text(
        "成分的中文名与英文名数量不一致。",
        "There are not as many substances in English as in Chinese.",
    ),
    Text("请按相同顺序逐一对应填写。", "Please give both lists in the same order, one for one."),
)
_HALF_A_STRENGTH = (
    Text("规格数值和单位只填了一个。", "Only one of the strength's value and unit is there."),
    Text("请两个都填，或都不填。", "Please give both, or neither."),
)
_NO_SOURCE = (
    Text("标为“有来源”，但没有写明来源。", "It is marked as sourced, and no source is named."),
    Text("请填写来源，或改为“演示”。", "Please name the source, or mark it as demonstration."),
)
_INJECTION = (
    Text("“注射剂”与剂型不符。", "Whether it is an injection does not agree with its form."),
    Text("请核对剂型，或修改“注射剂”。", "Please check the form, or mend “Injection”."),
)
_ANTIBIOTIC = (
    Text(
        "特殊使用级抗菌药物没有标为抗菌药物。",
        "A special-use antibacterial is not marked as an antibacterial.",
    ),
    Text("请把“抗菌药物”改为“是”。", "Please say yes under “Antibacterial”."),
)
_LISTED = (
    Text(
        "目录将其列为{zh}，不能标为“无”。",
        "The lists of controlled medicines have it as {en}; its control class cannot be none.",
    ),
    Text(
        "请填写实际的管理类别；互联网医院不得开具。",
        "Please give its true class; an internet hospital does not prescribe it.",
    ),
)
