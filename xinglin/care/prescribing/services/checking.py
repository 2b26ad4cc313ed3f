"""The safety check of what stands on a sheet. Without a whole report nothing is signed (E02)."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any, Final, Protocol
from uuid import UUID

import structlog
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from xinglin.care.people.types import PatientCard
from xinglin.care.prescribing import safety, sheet
from xinglin.care.prescribing.lifecycle import IN_REVIEW
from xinglin.care.prescribing.models import (
    MedicinalProduct,
    PrescriptionRepeat,
    PrescriptionVersion,
)
from xinglin.care.prescribing.queries.allergies import is_asked, naming, spoken
from xinglin.care.prescribing.safety import (
    Case,
    Diagnosis,
    Gap,
    Hit,
    Item,
    Patient,
    Quantity,
    Report,
)
from xinglin.care.prescribing.sheet import Sheet, Written
from xinglin.care.prescribing.types import AllergyAnswer, Medicine
from xinglin.kernel.errors import Unavailable
from xinglin.kernel.text import Text
from xinglin.policy import facts

log = structlog.get_logger(__name__)

_LONGEST_SUPPLY: Final = timedelta(days=90)
# Of a hit's id, which fits into a request's field whatever the rule is called.
_DIGITS, _LONGEST_RULE = 16, 200

# The last ticket that was taken: of the repeats, or else the first one.
_FETCHED_AT: Final = Coalesce(
    Subquery(
        PrescriptionRepeat.objects.filter(
            prescription=OuterRef("prescription"), taken_at__isnull=False
        )
        .order_by("-number")
        .values("taken_at")[:1]
    ),
    "prescription__ticket__taken_at",
)


class Checker(Protocol):
    """Pure: the case in, the report out. What it cannot do it says in the report, or raises."""

    def __call__(self, case: Case) -> Report: ...


class CheckFailedError(Unavailable):
    """The check did not run to its end: an absent hit means nothing, and nothing is signed."""

    code = "safety_check_failed"
    text = Text(
        "用药安全检查未能完成，处方不能签名。请稍后再试；如持续出现，请联系药学部。",
        "The safety check did not run to its end, so nothing can be signed. Please try again shortly;"
        " if it goes on, please call the pharmacy department.",
    )


def checked(case: Case) -> Report:
    """The whole report.

    Raises:
        CheckFailedError: the engine is not there, raised, or one of its kinds broke.
    """
    try:
        report = checker()(case)
    except Exception as error:  # noqa: BLE001  # whatever it raises, nothing is signed
        log.error("safety check failed", error=type(error).__name__)  # noqa: TRY400  # its words may hold a patient's
        raise CheckFailedError from None
    if report.failed:
        log.error("safety check broke", kinds=sorted(report.failed))
        raise CheckFailedError
    return report


def checker() -> Checker:
    """The engine of this house with the facts and overrides that ship with it. Raises whatever breaks in them."""
    return partial(safety.check, facts=safety.overridden())


def case_of(
    written: Sheet,
    medicines: Mapping[UUID, Medicine],
    patient: PatientCard,
    *,
    diagnoses: Iterable[Mapping[str, str]],
    allergies: Sequence[AllergyAnswer],
    current: Sequence[Item],
) -> Case:
    """What the engine is asked: what is not known stays None, and is never taken for a no."""
    return Case(
        items=tuple(_item(medicines[each.product_id], each) for each in written.items),
        patient=_patient(patient, written.patient_facts, allergies),
        diagnoses=tuple(Diagnosis(each["code"], each["name_zh"]) for each in diagnoses),
        current=tuple(current),
    )


def taken_now(
    patient_id: UUID, *, but: UUID, at: datetime, signed_until: datetime | None = None
) -> list[Item]:
    """Medicines of the patient's other prescriptions: those that hold or were fetched, whatever became
    of the sheet since, and whose days still run; and those that wait for a pharmacist and may still pass.

    Args:
        signed_until: of those that wait only the ones signed by then. Of two that wait the later one
            answers for both: its doctor has seen the earlier.
    """
    waits = Q(prescription__state__in=sorted(IN_REVIEW), prescription__expires_at__gt=at)
    if signed_until is not None:
        waits &= Q(signed_at__lte=signed_until)
    since = at - _LONGEST_SUPPLY
    holds = Q(
        prescription__state__in=["effective", "dispensed"], prescription__effective_at__gte=since
    )
    is_at_home = Q(
        prescription__state__in=["effective", "dispensed", "expired", "voided"],
        fetched_at__gte=since,
    )
    rows = (
        PrescriptionVersion.objects.annotate(fetched_at=_FETCHED_AT)
        .filter(
            waits | holds | is_at_home,
            prescription__patient_id=patient_id,
            # The one that counts: what was sent back before it is taken by nobody.
            number=F("prescription__version"),
        )
        .exclude(prescription_id=but)
        .order_by("signed_at", "pk")  # one that stays: a hit is known by its place
    )
    running = [
        item
        for row in rows
        for item in row.content["items"]
        # Until it was fetched its days begin when it was written.
        if (row.fetched_at or row.signed_at) + timedelta(days=item["days"]) > at
    ]
    held = _ingredients_of(running)
    return [
        Item(
            generic_en=item["name"]["en"],
            generic_zh=item["name"]["zh"],
            route=item["route"],
            ingredients=tuple(Text(**each) for each in held.get(item["product_id"], ())),
        )
        for item in running
    ]


def _ingredients_of(items: Iterable[Mapping[str, Any]]) -> Mapping[str, list[dict[str, str]]]:
    """By product: as they were signed; of what was signed before they were kept, as the catalogue has them."""
    signed: dict[str, list[dict[str, str]] | None] = {}
    for each in items:
        product = each["product_id"]
        signed[product] = each.get("ingredients") or signed.get(product)
    unsigned = [product for product, held in signed.items() if not held]
    rows = MedicinalProduct.objects.filter(pk__in=unsigned) if unsigned else ()
    listed = {str(row.pk): row.ingredients for row in rows}
    return {product: held or listed.get(product, []) for product, held in signed.items()}


def told(report: Report, allergies: Sequence[AllergyAnswer] = ()) -> dict[str, Any]:
    """As it is stored, signed and shown. A hit's `id` is the same whenever the same is found, and no
    other's: of the same sentence twice the second is numbered.

    Args:
        allergies: those of the case; a hit that rests on one says where it was `told_in`.
    """
    seen: Counter[str] = Counter()
    hits = [_hit(each, naming(allergies)) for each in report.hits]
    for each in hits:
        seen[each["id"]] += 1
        if (times := seen[each["id"]]) > 1:
            each["id"] = f"{each['id']}:{times}"
    return {
        "hits": hits,
        "unknown": list(report.unknown),
        "no_data": [_gap(each) for each in report.no_data],
        "not_told": [_gap(each) for each in report.not_told],
    }


def hit_id(hit: Hit) -> str:
    """Of the products, amounts and level that it speaks of, as its sentence names them; not of places.

    A reason given to one hit is so none to another: the same on other medicines, on more, or worse.
    """
    said = f"{hit.rule}\n{hit.level}\n{hit.text.zh}\n{hit.text.en}"
    digest = hashlib.sha256(said.encode()).hexdigest()[:_DIGITS]
    return f"{hit.kind}:{hit.rule[:_LONGEST_RULE]}:{digest}"


def for_policy(
    report: Mapping[str, Any], overrides: Iterable[Mapping[str, Any]]
) -> facts.SafetyCheck:
    """Which levels are open, and which the doctor has answered with a reason."""
    answered = {each["hit"] for each in overrides}
    return facts.SafetyCheck(
        complete=True,
        open_levels=frozenset(h["level"] for h in report["hits"] if h["id"] not in answered),
        overridden_levels=frozenset(h["level"] for h in report["hits"] if h["id"] in answered),
    )


def _item(medicine: Medicine, written: Written) -> Item:
    return Item(
        generic_en=medicine.name.en,
        generic_zh=medicine.name.zh,
        dose=Quantity(Decimal(written.dose), written.dose_unit),
        route=written.route,
        frequency=written.frequency,
        days=Decimal(written.days),
        amount=Quantity(Decimal(sheet.quantity(medicine, written)), medicine.dose_unit),
        strength=Quantity(medicine.amount.value, medicine.amount.unit) if medicine.amount else None,
        form=medicine.form,
        ingredients=medicine.ingredients,
    )


def _patient(
    card: PatientCard, known: Mapping[str, str | bool], allergies: Sequence[AllergyAnswer]
) -> Patient:
    months = Decimal(card.age_months) / 12
    return Patient(
        age_years=Decimal(card.age_years) if card.age_years else months.quantize(Decimal("0.01")),
        sex="male" if card.sex == "male" else "female" if card.sex == "female" else None,
        is_pregnant=_claim(known, "is_pregnant"),
        plans_pregnancy=_claim(known, "plans_pregnancy"),
        is_breast_feeding=_claim(known, "is_breast_feeding"),
        kidney=_degree(known, "kidney"),
        liver=_degree(known, "liver"),
        allergies=_allergens(allergies),
        allergies_asked=is_asked(allergies),
    )


def _claim(known: Mapping[str, str | bool], name: str) -> bool | None:
    value = known.get(name)
    return value if isinstance(value, bool) else None


def _degree(known: Mapping[str, str | bool], name: str) -> str | None:
    value = known.get(name)
    return value if isinstance(value, str) else None


def _allergens(answers: Sequence[AllergyAnswer]) -> tuple[str, ...] | None:
    """In their own words, whole: the engine knows names. None: nobody has said."""
    named = tuple(each.words or "" for each in naming(answers))
    return named if named or is_asked(answers) else None


def _hit(hit: Hit, named: Sequence[AllergyAnswer]) -> dict[str, Any]:
    origins = (
        origin for place in hit.allergies if place < len(named) for origin in named[place].origins
    )
    return {
        "id": hit_id(hit),
        "kind": hit.kind,
        "level": hit.level,
        "rule": hit.rule,
        "items": list(hit.items),
        "text": hit.text.as_dict(),
        "instead": hit.instead.as_dict(),
        "source": {
            "id": hit.source.id,
            "title": hit.source.title.as_dict(),
            "date": hit.source.date,
            "status": hit.source.status,
        },
        "original": hit.original,
        "told_in": [spoken(each).as_dict() for each in dict.fromkeys(origins)],
    }


def _gap(gap: Gap) -> dict[str, Any]:
    return {"kind": gap.kind, "item": gap.item, "why": gap.why.as_dict()}
