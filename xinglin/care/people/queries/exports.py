"""Copies of one's own data, and what the house keeps of an account on this floor."""

from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

from xinglin.care.people.models import Consent, Export, Patient, ProxyConsent
from xinglin.care.people.queries.asking import proxy_status
from xinglin.care.people.queries.hospital import default_institution
from xinglin.care.people.queries.patients import ID_NUMBER, NAME
from xinglin.care.people.rules import RELATIONS, SEXES
from xinglin.foundation.accounts.queries import user_card
from xinglin.foundation.accounts.services import own_phone, unseal_text
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit.queries import accesses_of
from xinglin.foundation.audit.services import record
from xinglin.foundation.copies.types import Part, Section
from xinglin.kernel import clock
from xinglin.kernel.errors import Conflict, NotFound
from xinglin.kernel.text import Text
from xinglin.policy.rules import local_date

SHOWN = 10
_PAGE = 500


def export_path(export_id: UUID) -> Path:
    folder: Path = settings.FILES_DIR / "exports"
    return folder / f"{export_id}.zip"


def house_date(at: datetime) -> date:
    """What the calendar of the house says."""
    return local_date(at, default_institution().place)


def own_exports(viewer: Viewer) -> list[Export]:
    """The last ten, newest first."""
    return list(Export.objects.filter(holder_id=viewer.user_id).order_by("-id")[:SHOWN])


def export_file(viewer: Viewer, export_id: UUID, at: datetime) -> Path:
    """The file, for its holder; the download is audited.

    Raises:
        NotFound: not the viewer's.
        Conflict: `export_not_ready`, `export_gone`.
    """
    row = Export.objects.filter(pk=export_id, holder_id=viewer.user_id).first()
    if row is None:
        raise NotFound
    path = export_path(row.pk)
    if row.state == "asked":
        raise Conflict(
            "export_not_ready", Text("副本还在准备中。", "The copy is still being prepared.")
        )
    over = row.expires_at is None or row.expires_at <= at
    if row.state != "ready" or over or not path.is_file():
        raise Conflict(
            "export_gone",
            Text("副本已过期删除，请重新申请。", "The copy has expired; please ask for a new one."),
        )
    record(
        viewer,
        "people.download_export",
        subject=None,
        thing="export",
        thing_id=row.pk,
        purpose="own",
    )
    return path


def export_part(holder_id: UUID) -> Part:
    """The account, its people, what was agreed to, and who read what."""
    patients = list(Patient.objects.filter(holder_id=holder_id, closed_at__isnull=True))
    consents = list(Consent.objects.filter(holder_id=holder_id).select_related("text"))
    asked = ProxyConsent.objects.filter(holder_id=holder_id).order_by("asked_at")
    people = [_patient(row) for row in patients]
    account = user_card(holder_id)
    agreed = [
        {
            "kind": row.text.kind,
            "version": row.text.version,
            "given_at": row.given_at,
            "withdrawn_at": row.withdrawn_at,
        }
        for row in consents
    ]
    phone = own_phone(holder_id)
    data = {
        "phone": phone,
        "language": account.locale,
        "patients": people,
        "consents": agreed,
        "consents_of_relatives": [_asked(row) for row in asked],
        "readings": {str(row.pk): _readings(row.pk) for row in patients},
    }
    sections = [Section(Text("账号", "Account"), [(Text("手机号", "Phone"), phone or "")])]
    sections += [_person(row) for row in people]
    return Part(name="account", data=data, sections=[*sections, _agreed(agreed)])


def _patient(row: Patient) -> dict[str, Any]:
    return {
        "id": row.pk,
        "name": unseal_text(row.name_sealed, NAME),
        "relation": row.relation,
        "id_type": row.id_type,
        "id_number": unseal_text(row.id_number_sealed, ID_NUMBER),
        "birth_date": row.birth_date,
        "sex": SEXES.get(row.sex, "unknown"),
        "guardian": row.guardian_id,
        "registered_at": row.registered_at,
    }


def _person(told: dict[str, Any]) -> Section:
    return Section(
        Text(f"就诊人 {told['name']}", f"Family member {told['name']}"),
        [
            (Text("关系", "Relation"), RELATIONS[told["relation"]]),
            (Text("证件号码", "Identity number"), told["id_number"]),
            (Text("出生日期", "Born"), told["birth_date"].isoformat()),
        ],
    )


def _agreed(consents: list[dict[str, Any]]) -> Section:
    return Section(
        Text("同意书", "Consent"),
        [
            (Text(f"{told['version']}版", f"Version {told['version']}"), _days_of(told))
            for told in consents
        ],
    )


def _days_of(told: dict[str, Any]) -> Text:
    given = house_date(told["given_at"])
    if told["withdrawn_at"] is None:
        return Text(f"同意 {given}", f"agreed {given}")
    withdrawn = house_date(told["withdrawn_at"])
    return Text(f"同意 {given}，撤回 {withdrawn}", f"agreed {given}, withdrawn {withdrawn}")


def _asked(row: ProxyConsent) -> dict[str, Any]:
    """The relative's number stays masked: it is not the account's own."""
    status = proxy_status(row, clock.now())
    return {
        "patient": row.patient_id,
        "state": status.state,
        "phone": status.phone_masked,
        "asked_at": row.asked_at,
        "given_at": row.given_at,
        "refused_at": row.refused_at,
        "withdrawn_at": row.withdrawn_at,
    }


def _readings(patient_id: UUID) -> list[dict[str, Any]]:
    """Every line: who (by account and role), what, when, for which purpose."""
    found: list[dict[str, Any]] = []
    before: UUID | None = None
    while lines := accesses_of(patient_id, _PAGE, before):
        before = lines[-1].id
        found += [
            {
                "at": line.at,
                "by": line.actor_id,
                "roles": list(line.actor_roles),
                "action": line.action,
                "thing": line.thing,
                "purpose": line.purpose,
            }
            for line in lines
        ]
    return found
