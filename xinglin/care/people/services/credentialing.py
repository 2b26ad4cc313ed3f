"""The house looks at a doctor's papers: one person checks, another approves (A06)."""

from datetime import datetime
from uuid import UUID

from xinglin.care.people import rules
from xinglin.care.people.models import Application, Practitioner
from xinglin.care.people.papers import ApplicationView, CredentialForm
from xinglin.care.people.queries.credentials import (
    application_row,
    ends_after,
    facts_of,
    file_of,
    hash_of,
    people_of,
    view_of,
)
from xinglin.care.people.services.application_steps import take
from xinglin.care.people.services.employ import (
    Employment,
    LicencePaper,
    employ_doctor,
    renew_doctor,
)
from xinglin.foundation.accounts.queries import user_card
from xinglin.foundation.accounts.services import grant_role, lock_account
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit.services import record
from xinglin.foundation.database import services as database
from xinglin.foundation.notices import services as notices
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel.errors import Conflict, FieldError, Forbidden, Invalid
from xinglin.kernel.text import Text
from xinglin.policy.rules import decide, local_date

_LOCK = "select pg_advisory_xact_lock(hashtextextended(%s, 0))"


@outbox.in_one_transaction()
def open_application(viewer: Viewer, application_id: UUID, at: datetime) -> ApplicationView:
    """With the identity number in full, to hold it against the card; each reading is audited.

    Raises:
        NotFound: none of the viewer's institution, or not handed in yet.
    """
    row = application_row(viewer, application_id)
    _read(viewer, row, "people.read_application")
    return view_of(row, viewer, at, full=True, names=people_of(row))


@outbox.in_one_transaction()
def open_evidence(viewer: Viewer, application_id: UUID, file_id: UUID) -> UUID:
    """Whoever opens a file is written down. Raises NotFound."""
    row = application_row(viewer, application_id)
    found = file_of(row, file_id)
    _read(viewer, row, "people.read_evidence", {"file_id": str(file_id)})
    return found


def _read(
    viewer: Viewer, row: Application, action: str, detail: dict[str, object] | None = None
) -> None:
    record(
        viewer,
        action,
        subject=None,
        thing="application",
        thing_id=row.pk,
        purpose="employment",
        detail=detail or {},
    )


@outbox.in_one_transaction()
def check_application(
    viewer: Viewer, application_id: UUID, *, evidence_hash: str, at: datetime
) -> None:
    """The first of two answers: the papers were held against each other and agree.

    Args:
        evidence_hash: of what the viewer has read.
    Raises:
        NotFound: none of the viewer's institution.
        Forbidden: the application is the viewer's own.
        Conflict: `evidence_changed` since it was read.
        IllegalStep: it waits for no check.
    Locks: the application.
    """
    row = _locked(viewer, application_id)
    _not_own(viewer, row)
    if row.state == "checked" and row.checked_by == viewer.user_id:
        return
    row.checked_by, row.checked_at, row.checked_hash = viewer.user_id, at, evidence_hash
    _same(row, evidence_hash)
    take(row, "check", who="checker", actor=viewer, at=at)


@outbox.in_one_transaction()
def approve_application(
    viewer: Viewer, application_id: UUID, *, evidence_hash: str, at: datetime
) -> UUID:
    """The second answer, by somebody else: the doctor is employed; answers the practitioner's id.

    Raises:
        NotFound: none of the viewer's institution.
        Forbidden: the application is the viewer's own.
        Conflict: `checked_by_you`, `evidence_changed`, `identity_employed`.
        IllegalStep: it was not checked, or is not there any more.
        RuleRefused: policy `staff_eligibility` says no (R14, R15, R17).
    Locks: the applicant's account, the application. Emits: DoctorEmployed or DoctorChanged.
    """
    row = _locked(viewer, application_id)
    _not_own(viewer, row)
    if row.state == "approved" and row.approved_by == viewer.user_id and row.practitioner_id:
        return row.practitioner_id
    if row.state == "checked":
        if row.checked_by == viewer.user_id:
            raise _CHECKED_BY_YOU
        _same(row, evidence_hash)
        _demand_fit(row, at)
        _nobody_else(row)
    row.approved_by, row.approved_at, row.approved_hash = viewer.user_id, at, evidence_hash
    take(row, "approve", who="approver", actor=viewer, at=at)
    employed = _employ(viewer, row)
    Application.objects.filter(pk=row.pk).update(practitioner_id=employed)
    _tell(row, "application_approved", at)
    return employed


@outbox.in_one_transaction()
def return_application(viewer: Viewer, application_id: UUID, *, reason: str, at: datetime) -> None:
    """Back to the applicant, who may correct it; the reason is shown to the applicant.

    Raises:
        NotFound, Forbidden, IllegalStep; Invalid: no reason.
    Locks: the application.
    """
    _answer(viewer, application_id, "return", reason, "application_returned", at)


@outbox.in_one_transaction()
def refuse_application(viewer: Viewer, application_id: UUID, *, reason: str, at: datetime) -> None:
    """For good; a new application may be made. As `return_application`."""
    _answer(viewer, application_id, "refuse", reason, "application_refused", at)


def _answer(
    viewer: Viewer, application_id: UUID, name: str, reason: str, notice: str, at: datetime
) -> None:
    why = reason.strip()
    if not rules.SHORTEST_REASON <= len(why) <= rules.LONGEST_REASON:
        raise Invalid(FieldError("reason", _REASON))
    row = _locked(viewer, application_id)
    _not_own(viewer, row)
    row.checked_by, row.checked_at, row.checked_hash = None, None, ""
    take(row, name, who="checker", actor=viewer, at=at, reason=why)
    _tell(row, notice, at)


def _locked(viewer: Viewer, application_id: UUID) -> Application:
    """Behind the applicant's account, as every act of that person locks."""
    found = application_row(viewer, application_id)
    lock_account(found.user_id)
    rows = Application.objects.select_for_update(of=("self",)).select_related("institution")
    return rows.get(pk=application_id)


def _not_own(viewer: Viewer, row: Application) -> None:
    if row.user_id == viewer.user_id:
        raise Forbidden("own_application", _OWN)


def _same(row: Application, evidence_hash: str) -> None:
    if hash_of(row) != evidence_hash or (row.checked_hash and row.checked_hash != evidence_hash):
        raise Conflict(
            "evidence_changed",
            Text(
                "申请材料在您查看之后有改动，请重新查看后再处理。",
                "The papers have changed since you read them; please read them again first.",
            ),
        )


def _demand_fit(row: Application, at: datetime) -> None:
    place = row.institution.jurisdiction
    facts = facts_of(CredentialForm.of_json(row.form), at=at, place=place)
    decide("staff_eligibility", facts, place=place, on=local_date(at, place)).demand()


def _nobody_else(row: Application) -> None:
    """One identity is one doctor; two of its applications approved at once queue up."""
    database.later(_LOCK, [f"identity {bytes(row.id_number_index).hex()}"])
    same = Application.objects.filter(id_number_index=row.id_number_index, state="approved")
    if same.exclude(user_id=row.user_id).exists():
        raise Conflict(
            "identity_employed",
            Text(
                "这个证件号码已属于本院另一位医生的账号，请核实。",
                "Another doctor's account here has this identity number; please look into it.",
            ),
        )


def _employ(viewer: Viewer, row: Application) -> UUID:
    form = CredentialForm.of_json(row.form)
    employment = _employment(form, row)
    doctor = Practitioner.objects.filter(user_id=row.user_id).first()
    if doctor is not None:
        return renew_doctor(
            viewer,
            practitioner_id=doctor.pk,
            institution_id=row.institution_id,
            employment=employment,
        ).id
    grant_role(row.user_id, "doctor", institution_id=row.institution_id, display_name=form.name_zh)
    return employ_doctor(
        viewer, user_id=row.user_id, institution_id=row.institution_id, employment=employment
    ).id


def _employment(form: CredentialForm, row: Application) -> Employment:
    place = row.institution.jurisdiction
    assert form.licence_from is not None
    assert form.independent_since is not None
    return Employment(
        name=Text(rules.clean_name(form.name_zh), rules.clean_name(form.name_en)),
        title_code=form.title_code,
        departments=form.departments,
        licence=LicencePaper(
            number=form.licence_number.strip(),
            valid_from=form.licence_from,
            valid_until=ends_after(form.licence_until, place),
            registered_here=form.registered_here,
            multi_site_filed=form.multi_site_filed,
            filing_number=form.filing_number.strip(),
            filed_until=ends_after(form.filed_until, place),
            application_id=row.pk,
        ),
        independent_since=form.independent_since,
        hospital=Text(form.hospital_zh, form.hospital_en or form.hospital_zh)
        if form.hospital_zh
        else None,
        hospital_grade=form.hospital_grade,
        good_at=Text(form.good_at, form.good_at) if form.good_at else None,
        full_time=form.full_time,
        institution_consented=form.hospital_consented,
        synthetic=user_card(row.user_id).synthetic,
    )


def _tell(row: Application, kind: str, at: datetime) -> None:
    notices.tell(
        row.user_id,
        kind,
        link="/staff/apply" if row.kind == "join" else "/staff/licence",
        dedup=f"{kind}:{row.pk}:{row.revision}",
        at=at,
    )


_CHECKED_BY_YOU = Conflict(
    "checked_by_you",
    Text(
        "这份申请由您核对，须由另一位同事批准。",
        "You have checked this application; another person has to approve it.",
    ),
)
_OWN = Text("不能处理自己的申请。", "Nobody answers the own application.")
_REASON = Text(
    "请写明原因（5至1000字），申请人会看到。",
    "Please say why (5 to 1,000 characters); the applicant reads it.",
)
