"""A doctor's application with the fewest words; through the services that real people use."""

from datetime import date, timedelta
from uuid import UUID

from xinglin.care.people import services
from xinglin.care.people.models import Application
from xinglin.care.people.papers import CredentialForm
from xinglin.care.people.queries.credentials import hash_of
from xinglin.care.people.tests.factories import id_number, patient_viewer
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.media.models import File
from xinglin.kernel import clock, ids

BORN = date(1980, 3, 4)
ELSEWHERE = ("identity", "certificate", "licence", "consent", "filing")


def form(**changes: object) -> CredentialForm:
    """Of a part-time doctor, filed here as multi-site work."""
    today = clock.now().date()
    known = {
        "name_zh": "沈听澜",
        "name_en": "Shen Tinglan",
        "title_code": "233",
        "departments": ("cardiology",),
        "certificate_number": "201811110000001",
        "licence_number": "110000000000001",
        "licence_from": date(2015, 1, 1),
        "licence_until": today + timedelta(days=365),
        "registered_place": "杏林市第一医院",
        "multi_site_filed": True,
        "filing_number": "BA-2026-1",
        "filed_until": today + timedelta(days=300),
        "hospital_zh": "杏林市第一医院",
        "hospital_grade": "3A",
        "hospital_consented": True,
        "independent_since": date(2015, 1, 1),
    }
    return CredentialForm(**known | changes)


def evidence(viewer: Viewer, *kinds: str) -> list[tuple[UUID, str]]:
    return [(picture(viewer), kind) for kind in kinds or ELSEWHERE]


def picture(viewer: Viewer, *, kind: str = "picture") -> UUID:
    """Each another one."""
    made = ids.new()
    File.objects.create(
        id=made,
        owner_id=viewer.user_id,
        kind=kind,
        width=8,
        height=8,
        bytes=1,
        sha256=made.bytes * 2,
        uploaded_at=clock.now(),
    )
    return made


def draft(viewer: Viewer | None = None, **changes: object) -> tuple[Viewer, UUID]:
    """Complete, and not handed in."""
    who = viewer or patient_viewer()
    begun = services.begin_application(who, institution_id=None, at=clock.now())
    save(who, begun, **changes)
    return who, begun


def save(who: Viewer, application: UUID, **changes: object) -> int:
    number = changes.pop("id_number", id_number(BORN))
    files = changes.pop("files", None)
    return services.save_application(
        who,
        application,
        form=form(**changes),
        id_number=number,
        evidence=evidence(who) if files is None else files,
        revision=Application.objects.get(pk=application).revision,
        at=clock.now(),
    )


def handed_in(viewer: Viewer | None = None, **changes: object) -> tuple[Viewer, UUID]:
    who, application = draft(viewer, **changes)
    submit(who, application)
    return who, application


def submit(who: Viewer, application: UUID) -> None:
    revision = Application.objects.get(pk=application).revision
    services.submit_application(who, application, revision=revision, at=clock.now())


def seen(application: UUID) -> str:
    """The hash of what a person reads now."""
    return hash_of(Application.objects.get(pk=application))


def check(viewer: Viewer, application: UUID) -> None:
    services.check_application(viewer, application, evidence_hash=seen(application), at=clock.now())


def approve(viewer: Viewer, application: UUID) -> UUID:
    return services.approve_application(
        viewer, application, evidence_hash=seen(application), at=clock.now()
    )
