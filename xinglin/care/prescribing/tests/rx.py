"""Prescriptions for tests, made by the services that real people use."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from xinglin.care.consultation.tests import factories as make
from xinglin.care.consultation.tests import proofs
from xinglin.care.consultation.tests.factories import Cast, Person
from xinglin.care.people.queries import default_institution
from xinglin.care.people.tests.factories import staff_viewer
from xinglin.care.prescribing import sheet
from xinglin.care.prescribing.models import MedicinalProduct, Pharmacist, Prescription
from xinglin.care.prescribing.services import reviewing, signing, validity, writing
from xinglin.care.prescribing.sheet import Sheet, Told, Written
from xinglin.foundation.accounts.types import Viewer
from xinglin.kernel import clock, ids
from xinglin.policy import places

HYPERTENSION = proofs.HYPERTENSION
CHECKS = tuple(sheet.CHECKS)


@dataclass(frozen=True)
class Chain:
    """A follow-up visit in which something may be prescribed, and who has to do with it."""

    cast: Cast
    visit: UUID
    pharmacist: Viewer
    other_pharmacist: Viewer
    product: UUID


def chain() -> Chain:
    cast = make.cast()
    visit, _ = proofs.follow_up(cast.patient, cast.doctor)
    return Chain(cast, visit, pharmacist(), pharmacist(), product())


def pharmacist(**changed: Any) -> Viewer:
    """With a licence on file."""
    house = default_institution()
    viewer = staff_viewer("pharmacist", institution_id=house.id)
    note_licence(viewer, **changed)
    return viewer


def note_licence(viewer: Viewer, **changed: Any) -> None:
    known: dict[str, Any] = {
        "institution_id": default_institution().id,
        "name_zh": "白药师",
        "name_en": "Bai Yaoshi",
        "id_number_index": viewer.user_id.bytes,
        "title_code": "243",
        "licence_number": "YS-1",
        "licence_from": clock.now().date() - timedelta(days=900),
        **changed,
    }
    Pharmacist.objects.update_or_create(pk=viewer.user_id, defaults=known)


def product(**changed: Any) -> UUID:
    """Amlodipine, of five milligrams a tablet."""
    known: dict[str, Any] = {
        "institution_id": default_institution().id,
        "code": ids.new().hex[:24],
        "generic_name_zh": "氨氯地平",
        "generic_name_en": "amlodipine",
        "ingredients": [{"zh": "氨氯地平", "en": "amlodipine"}],
        "strength": "5 mg",
        "strength_value": Decimal(5),
        "strength_unit": "mg",
        "form": "tablet",
        "routes": ["oral"],
        "category": "rx",
        "approval_number": "DEMO-1",
        "dose_unit": "{tablet}",
        **changed,
    }
    return MedicinalProduct.objects.create(**known).pk


def item(product_id: UUID, **changed: Any) -> Written:
    known: dict[str, Any] = {
        "product_id": product_id,
        "dose": "1",
        "dose_unit": "{tablet}",
        "route": "oral",
        "frequency": "qd",
        "days": 7,
        **changed,
    }
    return Written(**known)


def form(*items: Written, **changed: Any) -> Sheet:
    known: dict[str, Any] = {
        "items": items,
        "diagnoses": (HYPERTENSION,),
        "patient_facts": {"is_pregnant": False, "is_breast_feeding": False},
        "told": Told(),
        **changed,
    }
    return Sheet(**known)


def begun(of: Chain, *, at: datetime | None = None, **told: Any) -> UUID:
    known = {"kind": sheet.WESTERN, **told}
    return writing.start(of.cast.doctor.viewer, of.visit, at=at or clock.now(), **known)


def save(of: Chain, rx: UUID, *items: Written, at: datetime | None = None, **changed: Any) -> int:
    written = form(*(items or (item(of.product),)), **changed)
    revision = row(rx).revision
    return writing.save(
        of.cast.doctor.viewer, rx, written=written, revision=revision, at=at or clock.now()
    )


def sign(of: Chain, rx: UUID, *, at: datetime | None = None, by: Person | None = None) -> int:
    """With a reason for every hit that wants one."""
    at = at or clock.now()
    viewer = (by or of.cast.doctor).viewer
    found = signing.check(viewer, rx, at=at)
    reasons = dict.fromkeys(found["to_answer"], "已评估，获益大于风险")
    return signing.sign(viewer, rx, revision=row(rx).revision, overrides=reasons, at=at)


def signed(of: Chain, *, at: datetime | None = None, **changed: Any) -> UUID:
    rx = begun(of, at=at)
    save(of, rx, at=at, **changed)
    sign(of, rx, at=at)
    return rx


def claimed(of: Chain, *, at: datetime | None = None, **changed: Any) -> UUID:
    rx = signed(of, at=at, **changed)
    reviewing.claim(of.pharmacist, rx, at=at or clock.now())
    return rx


def approve(
    of: Chain,
    rx: UUID,
    *,
    by: Viewer | None = None,
    at: datetime | None = None,
    seen: Collection[str] = (),
) -> None:
    reviewing.approve(
        by or of.pharmacist,
        rx,
        version=row(rx).version,
        checks=CHECKS,
        seen=seen,
        at=at or clock.now(),
    )


def effective(of: Chain, *, at: datetime | None = None, **changed: Any) -> UUID:
    rx = claimed(of, at=at, **changed)
    approve(of, rx, at=at)
    return rx


def token(of: Chain, rx: UUID) -> str:
    return validity.ticket(of.cast.patient.viewer, rx)


def row(rx: UUID) -> Prescription:
    return Prescription.objects.get(pk=rx)


def state(rx: UUID) -> str:
    return row(rx).state


def changed(written: Sheet, **values: Any) -> Sheet:
    return replace(written, **values)


def with_knob(monkeypatch: pytest.MonkeyPatch, name: str, **values: Any) -> None:
    """Policy as it is but for one value, by jurisdiction."""
    changed = {
        code: replace(
            each,
            knobs=tuple(
                replace(knob, value=values[code]) if knob.name == name and code in values else knob
                for knob in each.knobs
            ),
        )
        for code, each in places.load().items()
    }
    monkeypatch.setattr(places, "load", lambda *_: changed)


def past_its_guard(change: str) -> None:
    """Change a signed version as somebody would who has the database and not the keys."""
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("alter table prescription_version disable trigger a_version_stands")
        cursor.execute(f"update prescription_version set {change}")
        cursor.execute("alter table prescription_version enable trigger a_version_stands")
        cursor.execute("set constraints all deferred")
