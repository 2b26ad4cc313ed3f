"""Packages, for who asked for them and for the auditors of the institution."""

from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from xinglin.care.quality.models import Package
from xinglin.care.quality.rules import REASONS
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit.services import record
from xinglin.kernel import clock
from xinglin.kernel.errors import Conflict, NotFound
from xinglin.kernel.text import Text


def package_path(package_id: UUID) -> Path:
    folder: Path = settings.FILES_DIR / "packages"
    return folder / f"{package_id}.zip"


def packages_for(viewer: Viewer) -> QuerySet[Package]:
    """Those that the viewer may know of."""
    rows = Package.objects.all()
    if "auditor" not in viewer.roles:
        return rows.filter(asked_by=viewer.user_id)
    if viewer.institution_id is None:
        return rows
    return rows.filter(institution_id=viewer.institution_id)


def packages(viewer: Viewer, *, before: UUID | None, limit: int) -> list[Package]:
    """Newest first; `before` is the last one already shown."""
    rows = packages_for(viewer).order_by("-id")
    if before is not None:
        rows = rows.filter(id__lt=before)
    return list(rows[:limit])


def package(viewer: Viewer, package_id: UUID) -> Package:
    """Raises NotFound for everybody else."""
    row = packages_for(viewer).filter(pk=package_id).first()
    if row is None:
        raise NotFound
    return row


def package_told(row: Package, names: dict[UUID, str]) -> dict[str, Any]:
    """As it is shown; `names`: of who asked."""
    told = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}  # noqa: SLF001  # Django's public name for it
    return told | {"asked_by": names.get(row.asked_by, ""), "reason": REASONS[row.reason]}


def package_file(viewer: Viewer, package_id: UUID) -> tuple[Package, Path]:
    """The ZIP; that it is fetched is a line in the patient's own access log too.

    Raises:
        NotFound: neither the viewer's nor, for an auditor, of the institution.
        Conflict: `package_not_ready`, `package_gone`.
    """
    row = package(viewer, package_id)
    path = package_path(row.pk)
    if row.state == "asked":
        raise Conflict("package_not_ready", _NOT_READY)
    over = row.expires_at is None or row.expires_at <= clock.now()
    if row.state != "ready" or over or not path.is_file():
        raise Conflict("package_gone", _GONE)
    record(
        viewer,
        "quality.download_package",
        subject=row.patient_id,
        thing="consultation",
        thing_id=row.consultation_id,
        purpose="dispute",
        detail={"package": str(row.pk), "reason": row.reason},
    )
    return row, path


_NOT_READY = Text("材料包还在准备中，请稍候。", "The package is still being made; please wait.")
_GONE = Text(
    "材料包已过期删除或未能生成，请重新申请。",
    "The package has expired or could not be made; please ask for it again.",
)
