"""The data that ships with the house, written to the tables; again and again without harm."""

import csv
import json
from datetime import datetime
from pathlib import Path

from django.db import transaction

from xinglin.care.people.models import ConsentText, Department
from xinglin.care.people.queries.hospital import forget_departments

_DATA = Path(__file__).parents[1] / "data"


@transaction.atomic
def seed_departments() -> int:
    """How many departments are launched. One that no longer is stays, and so does what the house edits."""
    aliases: dict[str, dict[str, list[str]]] = json.loads(
        (_DATA / "launch_departments.json").read_text(encoding="utf-8")
    )
    rows = _catalogue()
    edited = set(Department.objects.filter(edited_at__isnull=False).values_list("pk", flat=True))
    for position, (slug, words) in enumerate(aliases.items(), start=1):
        if slug in edited:
            continue
        own = sorted(
            (r for r in rows if r["launch_department"] == slug), key=lambda r: r["launch_role"]
        )
        Department.objects.update_or_create(
            slug=slug,
            defaults={
                "name_zh": own[0]["launch_name_zh"],
                "name_en": own[0]["launch_name_en"],
                "codes": [r["code"] for r in own],
                "aliases": [*words["zh"], *words["en"]],
                "position": position,
            },
        )
    transaction.on_commit(forget_departments)
    forget_departments()
    return len(aliases)


@transaction.atomic
def seed_consent_texts() -> int:
    """How many versions there are. A released version is never rewritten: a change needs a new one.

    Raises:
        ValueError: a file differs from the version that people have agreed to.
    """
    files = sorted((_DATA / "consents").glob("*.json"))
    for file in files:
        found = json.loads(file.read_text(encoding="utf-8"))
        kept, _ = ConsentText.objects.get_or_create(
            kind=found["kind"],
            version=found["version"],
            defaults={
                "text_zh": found["text"]["zh"],
                "text_en": found["text"]["en"],
                "min_seconds": found["min_seconds"],
                "in_force_from": datetime.fromisoformat(found["in_force_from"]),
            },
        )
        if (kept.text_zh, kept.text_en) != (found["text"]["zh"], found["text"]["en"]):
            raise ValueError(f"{file.name} was changed after its release; give it a new version")
    return len(files)


def _catalogue() -> list[dict[str, str]]:
    """Codes are text: 03.10 is not 3.1."""
    with (_DATA / "departments.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))
