"""The demo hospital's medicines: real generic names, and facts that say how little they prove."""

import csv
from functools import cache
from pathlib import Path

from xinglin.care.prescribing.models import MedicinalProduct
from xinglin.care.prescribing.services.medicine_sheet import Medicines, add_all
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit.services import record
from xinglin.foundation.outbox import services as outbox
from xinglin.foundation.sheets.services.plans import plan
from xinglin.foundation.sheets.types import Cell, House, Row, Sheet
from xinglin.kernel import clock

_FILE = Path(__file__).parents[1] / "data" / "formulary.tsv"


@outbox.in_one_transaction()
def load_formulary(viewer: Viewer, house: House) -> int:
    """How many are in the catalogue then; into an empty one only. Read as any sheet is.

    Raises:
        ValueError: the shipped file has a row that a sheet would be refused for.
    """
    known = MedicinalProduct.objects.filter(institution_id=house.id).count()
    if known:
        return known
    found = plan(Medicines(), shipped(), house, clock.now())
    if found.faults:
        raise ValueError(f"formulary.tsv: {found.faults[0]}")
    add_all([line.values for line in found.new], house.id)
    record(
        viewer,
        "prescribing.load_formulary",
        subject=None,
        thing="medicine",
        thing_id=None,
        purpose="administration",
        detail={"medicines": len(found.new)},
    )
    return len(found.new)


@cache
def shipped() -> Sheet:
    """`data/formulary.tsv`; its headers are the keys of the sheet's columns."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t"))
    return Sheet(
        format="csv",
        rows=tuple(
            Row(number, tuple(Cell(text) if text else None for text in row))
            for number, row in enumerate(rows, start=1)
        ),
    )
