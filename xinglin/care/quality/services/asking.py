"""Asking for a dispute package."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction

from xinglin.care.consultation import queries as consultation
from xinglin.care.quality.models import Package
from xinglin.care.quality.rules import A_DAY
from xinglin.care.quality.services.naming import checked
from xinglin.care.quality.types import Why
from xinglin.foundation.accounts.services import lock_account
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit.services import record
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel.errors import Conflict, NotFound, TooMany
from xinglin.kernel.text import Text

PACKAGE: Final = "package"  # what wakes the worker's loop
_DAY = timedelta(days=1)


@outbox.in_one_transaction()
def ask_package(viewer: Viewer, consultation_id: UUID, why: Why, at: datetime) -> Package:
    """The worker makes it. One person is enough: it is a line, and the patient reads it.

    Raises:
        NotFound: no such visit of the viewer's institution.
        Invalid: no reason.
        Conflict: `package_waiting`, the same is being made.
        TooMany: fifty in a day.
    Locks: the account.
    """
    visit = consultation.visit_facts(consultation_id)
    if viewer.institution_id not in {None, visit.institution_id}:
        raise NotFound
    why = checked(why)
    lock_account(viewer.user_id)
    own = Package.objects.filter(asked_by=viewer.user_id)
    if own.filter(state="asked", consultation_id=consultation_id).exists():
        raise Conflict("package_waiting", _WAITING)
    if own.filter(asked_at__gt=at - _DAY).count() >= A_DAY:
        raise TooMany(3600, "too_many_packages", _TOO_MANY)
    try:
        made = Package.objects.create(
            institution_id=visit.institution_id,
            consultation_id=consultation_id,
            patient_id=visit.patient_id,
            asked_by=viewer.user_id,
            asked_at=at,
            retry_at=at,
            reason=why.reason,
            reference=why.reference,
        )
    except IntegrityError as error:
        raise Conflict("package_waiting", _WAITING) from error
    record(
        viewer,
        "quality.ask_package",
        subject=visit.patient_id,
        thing="consultation",
        thing_id=consultation_id,
        purpose="dispute",
        detail={"package": str(made.pk), "reason": why.reason, "reference": why.reference},
    )
    transaction.on_commit(lambda: outbox.poke("worker", PACKAGE))
    return made


_WAITING = Text("同一次问诊的材料包正在准备中。", "A package of this visit is being made already.")
_TOO_MANY = Text(
    f"一天最多申请{A_DAY}个材料包，请明天再试。",
    f"At most {A_DAY} packages a day; please try again tomorrow.",
)
