"""Rows of the smaller tables as facts."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

from xinglin.care.prescribing.safety.ansm import level_of
from xinglin.care.prescribing.safety.dosing import Frequency
from xinglin.care.prescribing.safety.facts import (
    AgeLimit,
    AllergyGroup,
    Contraindication,
    DoseLimit,
    DuplicateClass,
    FrequencyLimit,
    PopulationLimit,
    RouteLimit,
    SexLimit,
    SexOfDiagnosis,
    State,
    Table,
)
from xinglin.care.prescribing.safety.forms import Forms
from xinglin.care.prescribing.safety.interactions import Entry, Interactions
from xinglin.care.prescribing.safety.names import Name, NameTable
from xinglin.care.prescribing.safety.spelling import folded
from xinglin.care.prescribing.safety.types import (
    Level,
    Override,
    Release,
    Sex,
    Source,
    Status,
)
from xinglin.kernel.text import Text

Row = Mapping[str, str]
Sources = Mapping[str, Source]

FOODS = frozenset({"alcool (boisson ou excipient)", "pamplemousse (jus et fruit)", "theine"})
_RELEASE = re.compile(r"(?:缓释片|控释片| sustained-release| controlled-release)$")
_GROUPS = {
    "A-ACEI": "htn2025:acei",
    "A-ARB": "htn2025:arb",
    "B-beta": "htn2025:beta",
    "B-alpha-beta": "htn2025:beta",
    "C-CCB": "htn2025:ccb",
    "D-thiazide": "htn2025:thiazide",
}
_CHILD = Decimal(18)
_CHILDREN_ONLY = Text("药品限儿童使用", "the medicine is for children")


def split(words: str) -> frozenset[str]:
    return frozenset(word for word in words.split("|") if word)


def source(row: Row) -> Source:
    return Source(
        row["id"],
        Text(row["zh"], row["en"]),
        row["date"],
        cast("Status", row["status"]),
        row["link"],
    )


def name(row: Row, substance: str) -> Name:
    aliases = (*row["en_aliases"].split("|"), *row["zh_aliases"].split("|"))
    own = row.get("ansm") or row.get("id") or ""
    zh, en = row["zh"] or row["en"] or own, row["en"] or row["zh"] or own
    return Name(substance, Text(zh, en), tuple(alias for alias in aliases if alias.strip()))


def release(word: str) -> Release:
    """Raises: ValueError."""
    if word not in {"", "sustained", "controlled"}:
        raise ValueError(f"no release: {word}")
    return cast("Release", word)


def without_release(words: str) -> str:
    return _RELEASE.sub("", words)


def routes(rows: Iterable[Row]) -> tuple[dict[str, str], dict[str, Text]]:
    codes: dict[str, str] = {}
    texts: dict[str, Text] = {}
    for row in rows:
        texts[row["code"]] = Text(row["zh"], row["en"])
        for word in (row["code"], row["zh"], row["en"], *row["aliases"].split("|")):
            codes[folded(word)] = row["code"]
    return codes, texts


def frequencies(rows: Iterable[Row]) -> dict[str, Frequency]:
    found: dict[str, Frequency] = {}
    for row in rows:
        one = Frequency(
            row["code"],
            Decimal(row["times_per_period"]),
            Decimal(row["period_days"]),
            row["code"] in {"st", "prn"},
        )
        for word in (row["code"], row["name_zh"], row["alias_zh"], row["name_en"]):
            found.setdefault(folded(word), one)
    return found


def doses(
    rows: Iterable[Row], names: NameTable, where: Source
) -> tuple[Table[FrequencyLimit], Table[DoseLimit], Table[DoseLimit]]:
    """Times a day, dose at one time, dose a day, of a table of adults in mg.

    A fixed combination is a target of its own: its substances, joined by `+`.

    Raises: ValueError for a medicine that no table of names knows.
    """
    times: list[FrequencyLimit] = []
    single: list[DoseLimit] = []
    daily: list[DoseLimit] = []
    for row in rows:
        known = names.recognise(without_release(row["drug_zh"])).substances
        target = "+".join(sorted(known))
        if not target:
            raise ValueError(f"no name for {row['drug_zh']}")
        kind: Release = "sustained" if "缓释" in row["drug_zh"] else ""
        kind = "controlled" if "控释" in row["drug_zh"] else kind
        times.append(
            FrequencyLimit(
                target,
                Decimal(row["times_per_day_min"]),
                Decimal(row["times_per_day_max"]),
                where,
                kind,
            )
        )
        most, least = Decimal(row["dose_max_mg_per_time"]), Decimal(row["dose_min_mg_per_time"])
        single.append(DoseLimit(target, most, "mg", where, least, kind))
        daily.append(
            DoseLimit(target, Decimal(row["max_daily_mg_by_table"]), "mg", where, None, kind)
        )
    return Table.of(times), Table.of(single), Table.of(daily)


def add_classes(classes: dict[str, set[str]], rows: Iterable[Row]) -> None:
    for row in rows:
        for member in split(row["members"]):
            if not member.startswith("@"):
                classes.setdefault(folded(member), set()).add(row["id"])
                continue
            group = folded(member[1:])
            for own in classes.values():
                if group in own:
                    own.add(row["id"])


def add_guideline_groups(
    classes: dict[str, set[str]], rows: Iterable[Row], names: NameTable
) -> None:
    for row in rows:
        group = _GROUPS.get(row["class"])
        known = names.recognise(without_release(row["drug_zh"])).substances
        if group and len(known) == 1:
            classes.setdefault(next(iter(known)), set()).add(group)


def pairs(rows: Iterable[Row], sources: Sources) -> list[Entry]:
    return [
        Entry(
            id=f"{row['source']}:{row['a']}+{row['b']}",
            a=folded(row["a"]),
            b=folded(row["b"]),
            levels=(level_of(row["level"]),),
            source=sources[row["source"]],
            text=Text(row["zh"], row["en"]),
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Supply:
    level: Level
    most_days: Decimal | None
    is_one_dose: bool
    is_injection: bool | None
    releases: frozenset[Release] | None


def supplies(rows: Iterable[Row]) -> dict[str, list[Supply]]:
    """By class of the catalogue. Only outpatients: the patient of an internet hospital is one."""
    found: dict[str, list[Supply]] = {}
    for row in rows:
        if row["patient_group"] != "outpatient":
            continue
        is_controlled_release = row["form"] == "controlled_release"
        slow: frozenset[Release] = frozenset({"sustained", "controlled"})
        supply = Supply(
            # A longer supply is lawful with a written reason where the note says so.
            level="warn" if row["note"] else "block",
            most_days=Decimal(row["limit_days"]) if row["limit_days"] else None,
            is_one_dose=row["limit_kind"] == "one_dose",
            is_injection=row["form"] == "injection",
            releases=slow if is_controlled_release else frozenset({""}),
        )
        group = row["drug_class"]
        kinds = ["psychotropic_2"] if group == "psychotropic_2" else ["narcotic", "psychotropic_1"]
        for kind in kinds:
            found.setdefault(kind, []).append(supply)
    return found


def route_limits(rows: Iterable[Row], sources: Sources) -> Table[RouteLimit]:
    return Table.of(
        RouteLimit(
            target=row["target"],
            source=sources[row["source"]],
            level=level_of(row["level"]),
            allowed=split(row["allowed"]) or None,
            never=split(row["never"]),
        )
        for row in rows
    )


def duplicates(rows: Iterable[Row], sources: Sources) -> Table[DuplicateClass]:
    return Table.of(
        DuplicateClass(
            f"@{folded(row['class'])}",
            Text(row["zh"], row["en"]),
            level_of(row["level"]),
            sources[row["source"]],
        )
        for row in rows
    )


def ages(rows: Iterable[Row], where: Source) -> Table[AgeLimit]:
    """The list says what the fund pays: an adult's order is a caution and no more."""
    return Table.of(
        AgeLimit(target, "caution", where, _CHILDREN_ONLY, below=_CHILD)
        for row in rows
        for target in (f"={folded(row['drug_zh'])}", f"#{row['code_prefix']}")
    )


def sexes(rows: Iterable[Row], names: NameTable, forms: Forms, where: Source) -> Table[SexLimit]:
    """By product and code, which the list names; less surely by bare name or sole substance, where
    every row agrees and it is taken by mouth: a cream for women says nothing of the tablet.
    """
    found: dict[str, set[Sex]] = {}
    for row in rows:
        sex = cast("Sex", row["sex"])
        product = folded(row["drug_zh"])
        targets = [f"={product}", f"#{row['code_prefix']}"]
        form = forms.find(product)
        if form is not None and "oral" in form.routes:
            targets.append(f"~{forms.without(product)}")
            known = names.recognise(product)
            if len(known.substances) == 1 and not known.may_hold_more and not known.missing:
                targets.append(f"!{next(iter(known.substances))}")
        for target in targets:
            found.setdefault(target, set()).add(sex)
    return Table.of(
        SexLimit(target, next(iter(told)), "warn" if target[0] in "=#" else "caution", where)
        for target, told in found.items()
        if len(told) == 1
    )


def sexes_of_diagnoses(rows: Iterable[Row], sources: Sources) -> tuple[SexOfDiagnosis, ...]:
    return tuple(
        SexOfDiagnosis(row["first"], row["last"], cast("Sex", row["sex"]), sources[row["source"]])
        for row in rows
    )


def populations(rows: Iterable[Row], sources: Sources) -> Table[PopulationLimit]:
    return Table.of(
        PopulationLimit(
            target=row["target"],
            state=cast("State", row["state"]),
            level=level_of(row["level"]),
            source=sources[row["source"]],
            degrees=split(row["degrees"]),
            creatinine_from=Decimal(row["creatinine_from"]) if row["creatinine_from"] else None,
        )
        for row in rows
    )


def contraindications(rows: Iterable[Row], sources: Sources) -> Table[Contraindication]:
    return Table.of(
        Contraindication(
            target=row["target"],
            level=level_of(row["level"]),
            source=sources[row["source"]],
            text=Text(row["zh"], row["en"]),
            codes=tuple(sorted(split(row["codes"]))),
            words=tuple(sorted(folded(word) for word in split(row["words"]))),
        )
        for row in rows
    )


def allergy_groups(rows: Iterable[Row], sources: Sources) -> tuple[AllergyGroup, ...]:
    return tuple(
        AllergyGroup(
            id=row["id"],
            text=Text(row["zh"], row["en"]),
            members=frozenset(_target(member) for member in split(row["members"])),
            level=level_of(row["level"]),
            source=sources[row["source"]],
            names=tuple(sorted(folded(word) for word in split(row["names"]))),
        )
        for row in rows
    )


def overrides(
    rows: Iterable[Row], groups: Mapping[str, frozenset[str]], interactions: Interactions
) -> list[Override]:
    """Each pair of members once; what names a pair itself comes last, and counts.

    Args:
        groups: of substances, for `@name`; other names with `@` are classes of the source.
    Raises: ValueError for a name that no source of interactions knows, or without a reason.
    """
    known = interactions.known.union(*interactions.classes.values())
    found = [
        Override(
            a,
            b,
            level_of(row["level"]),
            Text(row["reason_zh"], row["reason_en"]),
            row["source"],
            row.get("reviewer", ""),
        )
        for row in sorted(rows, key=lambda row: -(row["a"] + row["b"]).count("@"))
        for a in sorted(_members(row["a"], groups))
        for b in sorted(_members(row["b"], groups))
        if a != b or not row["a"].startswith("@")
    ]
    lost = {name for each in found for name in (each.a, each.b)} - known
    if lost:
        raise ValueError(f"no such substance or class: {sorted(lost)}")
    return found


def override_groups(rows: Iterable[Row]) -> dict[str, frozenset[str]]:
    return {
        row["group"]: frozenset(folded(member) for member in split(row["members"])) for row in rows
    }


def _members(words: str, groups: Mapping[str, frozenset[str]]) -> frozenset[str]:
    plain = words.removeprefix("@")
    return groups.get(plain, frozenset()) if plain in groups else frozenset({folded(plain)})


def _target(member: str) -> str:
    return f"@{folded(member[1:])}" if member.startswith("@") else folded(member)
