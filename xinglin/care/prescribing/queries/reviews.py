"""The pool of the pharmacists, and the screen of one review; each reading is audited."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import F, Q

from xinglin.care.people import queries as people
from xinglin.care.people.types import PatientCard
from xinglin.care.prescribing import rules, sheet
from xinglin.care.prescribing.lifecycle import IN_REVIEW, POOL
from xinglin.care.prescribing.models import Prescription, PrescriptionVersion
from xinglin.care.prescribing.permissions import check_reviewer
from xinglin.care.prescribing.queries import allergies, signed
from xinglin.care.prescribing.queries.documents import document_json
from xinglin.care.prescribing.queries.prescriptions import earlier_of, rows_json
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import services as audit
from xinglin.kernel.errors import FieldError, Invalid, NotFound
from xinglin.kernel.text import Text

PAGE: Final = 100
_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
_TICK: Final = timedelta(microseconds=1)
_PLACE: Final = re.compile(r"(\d{1,17})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})", re.ASCII)
_NO_PAGE: Final = Text(
    "没有这一页，请从头重新读取。", "There is no such page; please read from the beginning."
)
_NAMED: Final = {
    "department": Text("科别", "Department"),
    "name": Text("姓名", "Name"),
    "age": Text("年龄", "Age"),
    "medicine": Text("药名", "Medicine"),
    "form": Text("剂型", "Form"),
    "strength": Text("规格", "Strength"),
    "quantity": Text("数量", "Quantity"),
    "properties": Text("药品性状", "Properties"),
    "use": Text("用法用量", "Use and dose"),
    "diagnosis": Text("临床诊断", "Diagnosis"),
}


def pool(viewer: Viewer, *, after: str, limit: int, at: datetime) -> dict[str, Any]:
    """What waits for a review at the viewer's institution, the nearest deadline first; audited.

    Args:
        after: `next` of the page before; empty: from the beginning.
    Raises:
        Invalid: `after` is of no page.
    """
    limit = min(max(limit, 1), PAGE)
    found = Prescription.objects.filter(state__in=sorted(IN_REVIEW))
    if viewer.institution_id is not None:
        found = found.filter(institution_id=viewer.institution_id)
    if after:
        due, last = _place(after)
        later = Q(review_due_at__gt=due) | Q(review_due_at=due, pk__gt=last)
        found = found.filter(later)
    rows = list(found.order_by("review_due_at", "pk")[: limit + 1])
    shown = rows[:limit]
    audit.record_each(
        viewer,
        "prescription.list_pool",
        {row.pk: row.patient_id for row in shown},
        thing="prescription",
        purpose="review",
    )
    asked = _asked_for(shown)
    return {
        "items": [
            {**each, **_waiting(row, viewer, asked[row.pk], at)}
            for row, each in zip(shown, rows_json(shown), strict=True)
        ],
        "next": _place_after(shown[-1]) if len(rows) > limit else None,
    }


def _place_after(row: Prescription) -> str:
    assert row.review_due_at is not None  # a constraint: what waits has one
    return f"{(row.review_due_at - _EPOCH) // _TICK}.{row.pk}"


def _place(after: str) -> tuple[datetime, UUID]:
    told = _PLACE.fullmatch(after)
    if told is None:
        raise Invalid(FieldError("after", _NO_PAGE))
    return _EPOCH + int(told[1]) * _TICK, UUID(told[2])


def screen(viewer: Viewer, prescription_id: UUID, *, at: datetime) -> dict[str, Any]:
    """Four checks and ten matches, with the safety report, the patient's facts and history; audited.

    Raises:
        NotFound: it does not wait at the viewer's institution, and the viewer has not reviewed it.
    """
    row = Prescription.objects.filter(pk=prescription_id, version__gt=0).first()
    if row is None:
        raise NotFound
    check_reviewer(viewer, row)
    version = signed.last(row)
    assert version is not None  # version__gt=0
    patient = people.patient_card(row.patient_id)
    (head,) = rows_json([row])
    audit.record(
        viewer,
        "prescription.read_review",
        subject=row.patient_id,
        thing="prescription",
        thing_id=row.pk,
        purpose="review",
    )
    return {
        **head,
        **_waiting(row, viewer, _asked_for([row])[row.pk], at),
        "signed": signed.version_json(version, is_doctor=True),
        "first_review": signed.first_json(version),
        "review": signed.review_json(version, is_doctor=True),
        "document": document_json(row),
        "patient": _patient(patient, version),
        "checks": _checks(row, version, patient),
        "reasons": [{"code": c, "text": text} for c, text in sheet.RETURN_REASONS.items()],
        "earlier": rows_json(earlier_of(row.patient_id, but=row.pk)),
        "returned": _returned(row),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """How many pharmacists are to pass it, and who of two was the first."""

    needed: int
    first: UUID | None


def _asked_for(rows: Iterable[Prescription]) -> dict[UUID, _Asked]:
    """In one statement, however many."""
    found = PrescriptionVersion.objects.filter(
        prescription__in=list(rows), number=F("prescription__version")
    ).values_list("prescription_id", "reviews_needed", "first_review__reviewed_by")
    # Two as well where that was asked for only after the doctor had signed.
    return {pk: _Asked(needed=2 if first else needed, first=first) for pk, needed, first in found}


def _waiting(row: Prescription, viewer: Viewer, asked: _Asked, at: datetime) -> dict[str, Any]:
    is_claimed = row.state == "claimed"
    mine_already = {row.prescriber_id, asked.first}
    made = int(asked.first is not None) + int(row.effective_at is not None)
    return {
        "review_due_at": row.review_due_at,
        "is_overdue": row.review_due_at is not None and row.review_due_at <= at,
        "is_out_of_date": row.expires_at is not None and row.expires_at <= at,
        "is_mine": is_claimed and row.reviewer_id == viewer.user_id,
        "claimed_until": row.due_at if is_claimed else None,
        "may_claim": row.state in POOL and viewer.user_id not in mine_already,
        "reviews_needed": asked.needed,
        "reviews_made": made,
    }


def _patient(card: PatientCard, version: PrescriptionVersion) -> dict[str, Any]:
    return {
        "name": card.name,
        "sex": card.sex,
        "age_text": card.age_text,
        "allergies": version.content["allergies"],
        "allergies_checked": allergies.shown(allergies.answers_signed(version.content)),
        "facts": version.content["patient_facts"],
    }


def _checks(
    row: Prescription, version: PrescriptionVersion, patient: PatientCard
) -> list[dict[str, Any]]:
    """Each check with what has to match, as it was signed."""
    content = version.content
    items = content["items"]
    department = people.department(row.department).name
    matches: Mapping[str, list[tuple[str, list[Text]]]] = {
        "prescription": [
            ("department", [department]),
            ("name", [Text(patient.name, patient.name)]),
            ("age", [Text(**content["patient"]["age"])]),
        ],
        "medicine": [
            ("medicine", [Text(**each["name"]) for each in items]),
            ("form", [rules.FORMS[each["form"]] for each in items if each["form"] in rules.FORMS]),
            ("strength", [_same(each["strength"]) for each in items if each["strength"]]),
            ("quantity", [amount_of(each["quantity"], each["quantity_unit"]) for each in items]),
        ],
        "compatibility": [
            ("properties", [_NOT_IN_CATALOGUE]),
            ("use", [use_of(each) for each in items]),
        ],
        "rationality": [("diagnosis", [_diagnosis(each) for each in content["diagnoses"]])],
    }
    return [
        {
            "code": code,
            "text": text,
            "matches": [
                {"code": name, "text": _NAMED[name], "values": values}
                for name, values in matches[code]
            ],
        }
        for code, text in sheet.CHECKS.items()
    ]


def _returned(row: Prescription) -> list[dict[str, Any]]:
    """What was sent back before, so that it is seen whether it was mended."""
    earlier = PrescriptionVersion.objects.filter(
        prescription=row, number__lt=row.version, review__isnull=False
    )
    versions = list(earlier.select_related("review", "first_review").order_by("number"))
    names = signed.pharmacist_names(each.review.reviewed_by for each in versions)
    found = (signed.review_json(each, is_doctor=True, names=names) for each in versions)
    return [each for each in found if each is not None]


def _same(words: str) -> Text:
    return Text(words, words)


_NOT_IN_CATALOGUE = Text(
    "目录未收录，请核对实物或说明书",
    "not in the catalogue: please look at the product or its leaflet",
)


def amount_of(value: int | str, unit: str) -> Text:
    name = rules.UNITS.get(unit) or _same(unit)
    return Text(f"{value} {name.zh}", f"{value} {rules.plural(value, unit, name.en)}")


def use_of(item: Mapping[str, Any]) -> Text:
    dose = amount_of(item["dose"], item["dose_unit"])
    often = rules.frequencies()[item["frequency"]]
    route = rules.ROUTES.get(item["route"]) or _same(item["route"])
    days = item["days"]
    return Text(
        f"每次{dose.zh}，{often.zh}，{route.zh}，共{days}天",
        f"{dose.en} each time, {often.en}, {route.en}, for {days} day{'' if days == 1 else 's'}",
    )


def _diagnosis(told: Mapping[str, str]) -> Text:
    return Text(f"{told['code']} {told['name_zh']}", f"{told['code']} {told['name_en']}".strip())
