"""A doctor applies: the applicant's own acts (A06)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from xinglin.care.people import queries, rules
from xinglin.care.people.lifecycle import EDITABLE
from xinglin.care.people.models import Application, ApplicationFile, Practitioner
from xinglin.care.people.papers import CredentialForm
from xinglin.care.people.queries.credentials import ID_NUMBER, missing
from xinglin.care.people.services.application_steps import note, take
from xinglin.care.people.services.attempts import count_attempt
from xinglin.foundation.accounts.services import index_text, seal_text
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.media import queries as media
from xinglin.foundation.media import services as files
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel.errors import Conflict, FieldError, IllegalStep, Invalid, NotFound
from xinglin.kernel.identity import read_resident_id
from xinglin.kernel.text import Text
from xinglin.policy.rules import local_date

_BEGUN, _WITHIN = 10, timedelta(days=1)
_SHOWN = frozenset({"picture", "document"})


@outbox.in_one_transaction()
def begin_application(viewer: Viewer, *, institution_id: UUID | None, at: datetime) -> UUID:
    """A draft; who has an open application is led back to it. A doctor's is a renewal.

    Args:
        institution_id: None: the doctor's own, or else the house.
    Raises:
        NotFound: there is no such institution.
        TooMany: ten in a day.
    """
    open_ = _open_of(viewer)
    if open_ is not None:
        return open_.pk
    count_attempt(viewer.user_id, "begin_application", limit=_BEGUN, within=_WITHIN, at=at)
    doctor = Practitioner.objects.filter(user_id=viewer.user_id).first()
    house = _institution(institution_id, doctor)
    last = Application.objects.filter(user_id=viewer.user_id).order_by("-id").first()
    row = Application(
        user_id=viewer.user_id,
        institution_id=house,
        practitioner=doctor,
        kind="renewal" if doctor else "join",
        since=at,
        begun_at=at,
        # What was written once need not be written again; papers are shown anew.
        form=last.form if last else CredentialForm().as_json(),
        id_number_sealed=last.id_number_sealed if last else b"",
        id_number_index=last.id_number_index if last else b"",
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        # Begun twice at one moment.
        return Application.objects.get(user_id=viewer.user_id, state__in=EDITABLE).pk
    note(row, "begin", "", who="applicant", actor=viewer, at=at)
    return row.pk


def _open_of(viewer: Viewer) -> Application | None:
    return Application.objects.filter(user_id=viewer.user_id, state__in=EDITABLE).first()


def _institution(asked: UUID | None, doctor: Practitioner | None) -> UUID:
    if asked is not None:
        return queries.institution(asked).id
    return doctor.institution_id if doctor else queries.default_institution().id


@outbox.in_one_transaction()
def save_application(
    viewer: Viewer,
    application_id: UUID,
    *,
    form: CredentialForm,
    id_number: str | None,
    evidence: Sequence[tuple[UUID, str]],
    revision: int,
    at: datetime,
) -> int:
    """Keep what is written, whole or not; answers the new revision.

    Handed in already it must stay complete, and what was checked is to be checked anew.

    Args:
        id_number: None: as it was.
        evidence: (file, kind of `rules.EVIDENCE`), in the order shown; each of the viewer's own.
    Raises:
        NotFound: no such application of the viewer, or a file of somebody else.
        Conflict: `application_moved`, somebody (or another tab) has saved meanwhile.
        IllegalStep: it is answered, or withdrawn.
        Invalid: names every wrong field.
    Locks: the application.
    """
    row = _own_locked(viewer, application_id)
    if row.state not in EDITABLE:
        raise IllegalStep
    if row.revision != revision:
        raise _MOVED
    if id_number is not None:
        _write_number(row, id_number, at)
    row.form, row.revision = form.as_json(), row.revision + 1
    _write_evidence(viewer, row, evidence)
    if row.state in {"submitted", "checked"}:
        _check_complete(row)
        _claim_evidence(viewer, row)
        _unchecked(row)
        take(row, "change", who="applicant", actor=viewer, at=at)
    else:
        row.save()
    return row.revision


@outbox.in_one_transaction()
def submit_application(
    viewer: Viewer, application_id: UUID, *, revision: int, at: datetime
) -> None:
    """Hand in what is complete; handed in twice it is handed in once.

    Raises:
        NotFound: no such application of the viewer.
        Conflict: `application_moved`.
        IllegalStep: it is answered, or withdrawn.
        Invalid: names everything that is missing.
    Locks: the application.
    """
    row = _own_locked(viewer, application_id)
    if row.state == "submitted":
        return
    if row.revision != revision:
        raise _MOVED
    _check_complete(row)
    _claim_evidence(viewer, row)
    row.handed_in_at = row.handed_in_at or at
    _unchecked(row)
    take(row, "submit", who="applicant", actor=viewer, at=at)


@outbox.in_one_transaction()
def withdraw_application(viewer: Viewer, application_id: UUID, *, at: datetime) -> None:
    """Raises NotFound, IllegalStep. Locks: the application."""
    row = _own_locked(viewer, application_id)
    if row.state != "withdrawn":
        take(row, "withdraw", who="applicant", actor=viewer, at=at)


def _own_locked(viewer: Viewer, application_id: UUID) -> Application:
    rows = Application.objects.select_for_update(of=("self",)).select_related("institution")
    row = rows.filter(pk=application_id, user_id=viewer.user_id).first()
    if row is None:
        raise NotFound
    return row


def _claim_evidence(viewer: Viewer, row: Application) -> None:
    """From now on the files are kept; those of a draft go when nobody goes on with it."""
    shown = set(row.files.values_list("file_id", flat=True))
    if {card.id for card in files.claim(viewer, shown)} != shown:
        raise Invalid(FieldError("files", _NO_FILE))


def _unchecked(row: Application) -> None:
    row.checked_by, row.checked_at, row.checked_hash = None, None, ""


def _check_complete(row: Application) -> None:
    found = missing(row)
    if found:
        raise Invalid(*found)


def _write_number(row: Application, id_number: str, at: datetime) -> None:
    number = id_number.strip()
    if not number:
        row.id_number_sealed, row.id_number_index = b"", b""
        return
    today = local_date(at, row.institution.jurisdiction)
    known = read_resident_id(number, on=today).number
    row.id_number_sealed = seal_text(known, ID_NUMBER)
    row.id_number_index = index_text(known, ID_NUMBER)


def _write_evidence(viewer: Viewer, row: Application, evidence: Sequence[tuple[UUID, str]]) -> None:
    ids = [file_id for file_id, _ in evidence]
    if len(set(ids)) != len(ids) or len(ids) > rules.MOST_EVIDENCE:
        raise Invalid(FieldError("files", _TOO_MANY.filled(n=rules.MOST_EVIDENCE)))
    cards = {card.id: card for card in media.owned_by(viewer, ids)}
    unknown = [kind for _, kind in evidence if kind not in rules.EVIDENCE]
    if unknown or set(cards) != set(ids) or any(c.kind not in _SHOWN for c in cards.values()):
        raise Invalid(FieldError("files", _NO_FILE))
    prints = media.fingerprints(ids)
    row.files.all().delete()
    ApplicationFile.objects.bulk_create(
        ApplicationFile(
            application=row,
            file_id=file_id,
            kind=kind,
            position=n,
            file_kind=cards[file_id].kind,
            name=cards[file_id].name,
            sha256=prints[file_id],
        )
        for n, (file_id, kind) in enumerate(evidence)
    )


_MOVED = Conflict(
    "application_moved",
    Text(
        "申请已在别处修改，请刷新后再继续；您刚写的内容仍在本页。",
        "The application was changed elsewhere; please reload. What you wrote is still on this page.",
    ),
)
_TOO_MANY = Text(
    "最多上传 {n} 个文件，同一个文件只放一次。", "At most {n} files, and each of them once."
)
_NO_FILE = Text(
    "有文件没有上传成功，请重新上传图片或 PDF。",
    "A file is not there; please upload the picture or PDF again.",
)


def forget_applications(user_id: UUID, at: datetime) -> None:
    """The account closes: what waits is withdrawn, and what was never approved names nobody."""
    rows = Application.objects.select_for_update().filter(user_id=user_id).exclude(state="approved")
    for row in rows:
        if row.state in EDITABLE:
            take(row, "withdraw", who="applicant", actor=Viewer.system("closing"), at=at)
        row.form, row.id_number_sealed, row.id_number_index = {}, b"", b""
        row.save(update_fields=["form", "id_number_sealed", "id_number_index"])
        row.files.all().delete()
        row.steps.update(form=None, files=None)
