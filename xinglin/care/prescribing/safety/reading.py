"""The facts that come with the house, read from `data/` once and checked before they count."""

import csv
import gzip
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from xinglin.care.prescribing.safety import tables
from xinglin.care.prescribing.safety.ansm import classes_of, entries_of, merge_same
from xinglin.care.prescribing.safety.facts import Facts, SupplyLimit, Table
from xinglin.care.prescribing.safety.forms import Form, Forms
from xinglin.care.prescribing.safety.interactions import Interactions
from xinglin.care.prescribing.safety.names import PRODUCT, Combination, Name, NameTable
from xinglin.care.prescribing.safety.spelling import folded
from xinglin.care.prescribing.safety.types import Source
from xinglin.kernel.text import Text

DATA = Path(__file__).parent / "data"
MANIFEST = "MANIFEST.tsv"
_OVERRIDES = "overrides.tsv"
_GROUPS = "override_groups.tsv"

Row = Mapping[str, str]


class FactsBroken(Exception):
    """A file is missing, cut off or changed: nothing may be checked, and nothing signed."""


@cache
def shipped() -> Facts:
    """Raises: FactsBroken."""
    return read(DATA)


def read(data: Path) -> Facts:
    """Raises: FactsBroken."""
    try:
        _verify(data)
        return _Reading(data).facts()
    except (OSError, EOFError, ValueError, KeyError, csv.Error, gzip.BadGzipFile) as error:
        raise FactsBroken(f"{type(error).__name__}: {error}") from error


@cache
def overridden(data: Path = DATA) -> Facts:
    """The shipped facts with the overrides that lie beside them.

    Raises: FactsBroken.
    """
    facts = shipped() if data == DATA else read(data)
    try:
        groups = tables.override_groups(rows_of(data / _GROUPS))
        rows = rows_of(data / _OVERRIDES)
        listed = tables.overrides(rows, groups, facts.interactions, facts.names.texts)
    except (OSError, ValueError, KeyError, csv.Error) as error:
        raise FactsBroken(f"{_OVERRIDES}: {error}") from error
    return facts.with_overrides(listed)


def rows_of(path: Path) -> list[Row]:
    """Raises: ValueError for a row with more or fewer cells than the header."""
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    if not lines:
        raise ValueError(f"{path.name} is empty")
    header, *rest = lines
    return [dict(zip(header, cells, strict=True)) for cells in rest]


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _verify(data: Path) -> None:
    for row in rows_of(data / MANIFEST):
        if digest(data / row["file"]) != row["sha256"]:
            raise ValueError(f"{row['file']} is not what was shipped")


class _Reading:
    """One pass over the folder; later tables lean on earlier ones."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._sources = {row["id"]: tables.source(row) for row in self._rows("rules/sources.tsv")}
        self._forms = Forms.of(
            Form(row["word"], tables.split(row["routes"]), tables.release(row["release"]))
            for row in self._rows("rules/forms.tsv")
        )
        self._index = self._json("ansm/index-20102020.json.gz")
        self._same = {
            folded(row["substance"]): folded(row["same_as"]) for row in self._rows("ansm/same.tsv")
        }
        self._ansm = {folded(each["substance"]): each["substance"] for each in self._index}

    def facts(self) -> Facts:
        names = self._names()
        controlled = self._controlled(names)
        routes, route_texts = tables.routes(self._rows("rules/routes.tsv"))
        times, single, daily = tables.doses(
            self._rows("rules/htn2025_drugs.tsv"), names, self._sources["htn2025"]
        )
        nhsa = self._sources["nhsa"]
        return Facts(
            names=names,
            forms=self._forms,
            interactions=self._interactions(names),
            routes=routes,
            route_texts=route_texts,
            frequencies=tables.frequencies(self._rows("rules/frequency_codes.tsv")),
            controlled=controlled,
            supplies=self._supplies(controlled),
            times=times,
            single_doses=single,
            daily_doses=daily,
            route_limits=tables.route_limits(*self._rule("route_limits")),
            duplicates=tables.duplicates(*self._rule("duplicates")),
            ages=tables.ages(self._rows("nhsa/age_limits.tsv"), nhsa),
            populations=tables.populations(*self._rule("populations")),
            sexes=tables.sexes(self._rows("nhsa/sex_limits.tsv"), names, self._forms, nhsa),
            sexes_of_diagnoses=tables.sexes_of_diagnoses(*self._rule("sexes_of_diagnoses")),
            contraindications=tables.contraindications(*self._rule("contraindications")),
            allergy_groups=tables.allergy_groups(*self._rule("allergy_groups")),
            house=self._sources["xinglin"],
        )

    def _rule(self, name: str) -> tuple[list[Row], Mapping[str, Source]]:
        return self._rows(f"rules/{name}.tsv"), self._sources

    def _interactions(self, names: NameTable) -> Interactions:
        thesaurus = self._json("ansm/thesaurus-20102020.json.gz")
        conditions = self._rows("ansm/conditions.tsv")
        return Interactions(
            entries=(
                *entries_of(thesaurus, conditions, self._sources["ansm"]),
                *tables.pairs(*self._rule("pairs")),
            ),
            classes=self._classes(names),
            known=frozenset(map(self._kept, self._ansm)) | tables.FOODS,
        )

    def _rows(self, name: str) -> list[Row]:
        return rows_of(self._data / name)

    def _json(self, name: str) -> Any:
        return json.loads(gzip.decompress((self._data / name).read_bytes()))

    def _kept(self, substance: str) -> str:
        return self._same.get(substance, substance)

    def _names(self) -> NameTable:
        """What the table of names does not hold is read from the tables that need it."""
        known = [
            tables.name(row, self._kept(folded(row.get("ansm") or row["id"])))
            for table in ("names.tsv", "rules/names_more.tsv")
            for row in self._rows(table)
        ]
        lost = {self._kept(each) for each in self._ansm} - {name.id for name in known}
        if lost:
            raise ValueError(f"substances without a name: {sorted(lost)[:5]}")
        table = NameTable.of(known, self._forms)
        table = NameTable.of([*known, *self._french(known), *self._others(table)], self._forms)
        return table.with_combinations(
            Combination(
                tuple(row["names"].split("|")),
                tuple(row["parts"].split("|")),
                may_hold_more=row["may_hold_more"] == "yes",
            )
            for row in self._rows("rules/combinations.tsv")
        )

    def _french(self, known: Sequence[Name]) -> Iterator[Name]:
        """The source's own name is one of the names, too."""
        texts = {name.id: name.text for name in known}
        for substance, french in self._ansm.items():
            kept = self._kept(substance)
            yield Name(kept, texts.get(kept) or Text(french, french), (french,))

    def _others(self, table: NameTable) -> Iterator[Name]:
        """Substances and products of the Chinese lists that the French source does not know."""
        for row in (*self._rows("rules/htn2025_drugs.tsv"), *self._controlled_rows()):
            zh, en = (
                tables.without_release(row.get("drug_zh") or row["name_zh"]),
                (row.get("drug_en") or row["name_en"]),
            )
            en = tables.without_release(en)
            if not table.recognise(en).substances and not table.recognise(zh).substances:
                yield Name(folded(en), Text(zh, en))
        for row in (*self._rows("nhsa/age_limits.tsv"), *self._rows("nhsa/sex_limits.tsv")):
            product = row["drug_zh"]
            found = table.recognise(product)
            if not found.substances or found.missing:
                yield Name(f"{PRODUCT}{folded(product)}", Text(product, product))

    def _classes(self, names: NameTable) -> Mapping[str, frozenset[str]]:
        classes = classes_of(self._index)
        merge_same(classes, self._same)
        tables.add_classes(classes, self._rows("rules/classes.tsv"))
        tables.add_guideline_groups(classes, self._rows("rules/htn2025_drugs.tsv"), names)
        return {substance: frozenset(each) for substance, each in classes.items()}

    def _controlled_rows(self) -> list[Row]:
        return [
            *self._rows("rules/controlled_drugs.tsv"),
            *self._rows("rules/controlled_changes_unverified.tsv"),
        ]

    def _controlled(self, names: NameTable) -> dict[str, str]:
        """Of both lists: what was moved has its new class; what was added changes no old one."""
        found: dict[str, str] = {}
        for row in self._controlled_rows():
            known = names.recognise(tables.without_release(row["name_en"])).substances
            if len(known) != 1:
                continue
            (substance,) = known
            if row.get("change") == "moved" or substance not in found:
                found[substance] = row.get("class") or row["class_to"]
        return found

    def _supplies(self, controlled: Mapping[str, str]) -> Table[SupplyLimit]:
        limits = tables.supplies(self._rows("rules/rx_quantity_limits.tsv"))
        source: Source = self._sources["rx2007"]
        return Table.of(
            SupplyLimit(
                target=substance,
                level=limit.level,
                source=source,
                most_days=limit.most_days,
                is_one_dose=limit.is_one_dose,
                is_injection=limit.is_injection,
                releases=limit.releases,
                alone=True,
            )
            for substance, kind in controlled.items()
            for limit in limits.get(kind, ())
        )
