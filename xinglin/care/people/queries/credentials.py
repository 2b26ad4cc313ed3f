"""Applications of doctors: the applicant's own, and those that the house looks at."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from xinglin.care.people import rules
from xinglin.care.people.lifecycle import APPLICATION, CHECK_WITHIN, EDITABLE
from xinglin.care.people.models import Application, ApplicationStep
from xinglin.care.people.papers import (
    ApplicationLine,
    ApplicationStepLine,
    ApplicationView,
    CredentialForm,
    Difference,
    Evidence,
)
from xinglin.care.people.queries.hospital import departments
from xinglin.care.people.queries.practitioners import titles
from xinglin.foundation.accounts.queries import display_names
from xinglin.foundation.accounts.services import unseal_text
from xinglin.foundation.accounts.types import Viewer
from xinglin.kernel.errors import FieldError, NotFound, Refusal
from xinglin.kernel.text import Text
from xinglin.policy.facts import StaffEligibility
from xinglin.policy.rules import day_begins, decide, local_date

ID_NUMBER = "people_application|id_number"
CHECK, APPROVE = "people.check_credentials", "people.approve_credentials"
_MOST_OWN = 20
_STEPS = {s.name: s.text for s in APPLICATION.steps} | {"begin": Text("开始填写", "Begun")}


def own_applications(viewer: Viewer, at: datetime) -> list[ApplicationView]:
    """Newest first; with all that the applicant may know of each."""
    rows = list(_rows().filter(user_id=viewer.user_id).order_by("-id")[:_MOST_OWN])
    # Who of the house acted is not the applicant's to know by name.
    return [view_of(row, viewer, at, full=False, names={}) for row in rows]


def own_application(viewer: Viewer, application_id: UUID, at: datetime) -> ApplicationView:
    """Raises NotFound: there is none, or it is somebody else's."""
    row = _rows().filter(pk=application_id, user_id=viewer.user_id).first()
    if row is None:
        raise NotFound
    return view_of(row, viewer, at, full=False, names={})


def application_row(viewer: Viewer, application_id: UUID) -> Application:
    """Of the viewer's institution, and handed in at least once.

    Raises:
        NotFound: there is none, or it is none of theirs.
    """
    row: Application | None = _rows().filter(pk=application_id, handed_in_at__isnull=False).first()
    if row is None or viewer.institution_id not in {None, row.institution_id}:
        raise NotFound
    return row


def file_of(row: Application, file_id: UUID) -> UUID:
    """Raises NotFound: it is no evidence of this application."""
    if not row.files.filter(file_id=file_id).exists():
        raise NotFound
    return file_id


def own_file_of(viewer: Viewer, application_id: UUID, file_id: UUID) -> UUID:
    row = Application.objects.filter(pk=application_id, user_id=viewer.user_id).first()
    if row is None:
        raise NotFound
    return file_of(row, file_id)


def application_page(
    viewer: Viewer, at: datetime, *, state: str, before: UUID | None, limit: int
) -> tuple[list[ApplicationLine], UUID | None]:
    """Of the viewer's institution, newest first; four statements.

    Args:
        state: one of those an application may be in once handed in.
        before: the last line already shown.
    """
    rows = Application.objects.filter(state=state, handed_in_at__isnull=False).order_by("-id")
    if viewer.institution_id is not None:
        rows = rows.filter(institution_id=viewer.institution_id)
    if before is not None:
        rows = rows.filter(id__lt=before)
    found = list(rows[: limit + 1])
    shown = found[:limit]
    names = display_names(row.checked_by for row in shown)
    lines = [_line(row, viewer, at, names) for row in shown]
    return lines, shown[-1].pk if len(found) > limit else None


def _line(
    row: Application, viewer: Viewer, at: datetime, names: dict[UUID, str]
) -> ApplicationLine:
    form = CredentialForm.of_json(row.form)
    waits = row.state in {"submitted", "checked"}
    return ApplicationLine(
        id=row.pk,
        kind=row.kind,
        state=row.state,
        since=row.since,
        name=form.name_zh or form.name_en,
        title=titles().get(form.title_code),
        departments=form.departments,
        checked_by=names.get(row.checked_by, "") if row.checked_by else "",
        overdue=waits and row.since + CHECK_WITHIN < at,
        mine=viewer.user_id in {row.checked_by, row.user_id},
    )


def _rows() -> Any:
    return Application.objects.select_related("institution").prefetch_related("files", "steps")


def evidence_of(row: Application) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(
            file_id=f.file_id, kind=f.kind, file_kind=f.file_kind, name=f.name, sha256=f.sha256
        )
        for f in sorted(row.files.all(), key=lambda f: f.position)
    )


def hash_of(row: Application) -> str:
    files = [(f.kind, f.sha256) for f in evidence_of(row)]
    return rules.evidence_hash(row.form, bytes(row.id_number_index), files)


def masked_number(row: Application) -> str:
    number = unseal_text(row.id_number_sealed, ID_NUMBER) if row.id_number_sealed else ""
    return rules.masked(number) if number else ""


def people_of(row: Application) -> dict[UUID, str]:
    """Everybody who took a step, by name."""
    return display_names([row.checked_by, row.approved_by, *(s.actor_id for s in row.steps.all())])


def view_of(
    row: Application, viewer: Viewer, at: datetime, *, full: bool, names: dict[UUID, str]
) -> ApplicationView:
    """`full`: for who compares the identity number with the card; the reading is audited there."""
    form = CredentialForm.of_json(row.form)
    number = unseal_text(row.id_number_sealed, ID_NUMBER) if row.id_number_sealed else ""
    open_ = row.state not in APPLICATION.finals
    return ApplicationView(
        id=row.pk,
        kind=row.kind,
        state=row.state,
        since=row.since,
        revision=row.revision,
        institution=Text(row.institution.name_zh, row.institution.name_en),
        form=form,
        id_number=number if full else rules.masked(number) if number else "",
        files=evidence_of(row),
        evidence_hash=hash_of(row),
        missing=tuple(missing(row)) if open_ else (),
        objections=objections(row, at) if open_ else (),
        differences=differences(row),
        steps=tuple(_step(s, names) for s in sorted(row.steps.all(), key=lambda s: s.pk)),
        may=may(row, viewer),
        due_at=_due(row),
        reason=row.reason,
        checked_by=names.get(row.checked_by, "") if row.checked_by else "",
        approved_by=names.get(row.approved_by, "") if row.approved_by else "",
        practitioner_id=row.practitioner_id,
    )


def _step(row: ApplicationStep, names: dict[UUID, str]) -> ApplicationStepLine:
    return ApplicationStepLine(
        step=row.step,
        text=_STEPS[row.step],
        at=row.at,
        by="" if row.who == "applicant" else names.get(row.actor_id, ""),
        reason=row.reason,
        evidence_hash=row.evidence_hash,
    )


def _due(row: Application) -> datetime | None:
    by_clock = APPLICATION.due(row.state, row.since)
    if by_clock:
        return by_clock[0]
    return row.since + CHECK_WITHIN if row.state in {"submitted", "checked"} else None


def may(row: Application, viewer: Viewer) -> tuple[str, ...]:
    """Steps that the viewer may take now: nobody answers the own application, or answers twice."""
    steps: list[str] = []
    if row.user_id == viewer.user_id:
        steps += [s.name for s in APPLICATION.possible(row.state, "applicant")]
        steps += ["edit"] if row.state in EDITABLE else []
        return tuple(dict.fromkeys(steps))
    if viewer.can(CHECK):
        steps += [s.name for s in APPLICATION.possible(row.state, "checker")]
    if viewer.can(APPROVE):
        steps += [
            s.name
            for s in APPLICATION.possible(row.state, "approver")
            if s.name != "approve" or row.checked_by != viewer.user_id
        ]
    return tuple(dict.fromkeys(steps))


def missing(row: Application) -> list[FieldError]:
    """What keeps an application from being handed in; each by its field."""
    form = CredentialForm.of_json(row.form)
    shown = {f.kind for f in row.files.all()}
    found = [FieldError(name, text) for name, text in _gaps(form) if text is not None]
    if not row.id_number_sealed:
        found.append(FieldError("id_number", _NEEDED))
    found += [
        FieldError(f"files.{kind}", _SHOW.filled(zh=name.zh, en=name.en))
        for kind, name in rules.EVIDENCE.items()
        if kind in rules.evidence_needed(registered_here=form.registered_here) and kind not in shown
    ]
    return found


def _gaps(form: CredentialForm) -> Iterable[tuple[str, Text | None]]:
    yield "name_zh", rules.what_is_wrong_with_name(rules.clean_name(form.name_zh))
    yield "name_en", rules.what_is_wrong_with_name(rules.clean_name(form.name_en))
    yield "title_code", None if form.title_code in titles() else _CHOOSE
    open_ = {d.slug for d in departments()}
    wrong = not form.departments or not set(form.departments) <= open_
    yield "departments", _CHOOSE if wrong else None
    for name in ("certificate_number", "licence_number", "registered_place"):
        yield name, None if getattr(form, name).strip() else _NEEDED
    yield "licence_from", None if form.licence_from else _NEEDED
    yield "independent_since", None if form.independent_since else _NEEDED
    ends: tuple[date | None, date | None] = (form.licence_from, form.licence_until)
    yield "licence_until", _BEFORE if all(ends) and ends[1] < ends[0] else None  # type: ignore[operator]  # both are there
    if not form.full_time:
        yield "hospital_zh", None if form.hospital_zh.strip() else _NEEDED
    if form.multi_site_filed and not form.registered_here:
        yield "filing_number", None if form.filing_number.strip() else _NEEDED
    if form.hospital_grade:
        yield "hospital_grade", None if form.hospital_grade in rules.GRADES else _CHOOSE


def objections(row: Application, at: datetime) -> tuple[Refusal, ...]:
    """What policy would say to this doctor's work here, were it approved now."""
    place = row.institution.jurisdiction
    facts = facts_of(CredentialForm.of_json(row.form), at=at, place=place)
    return decide("staff_eligibility", facts, place=place, on=local_date(at, place)).refusals


def facts_of(form: CredentialForm, *, at: datetime, place: str) -> StaffEligibility:
    today = local_date(at, place)
    return StaffEligibility(
        role="doctor",
        is_human=True,
        licence_number=form.licence_number,
        licence_from=form.licence_from or today,
        licence_until=ends_after(form.licence_until, place),
        independent_since=form.independent_since,
        institution_consented=form.hospital_consented,
        registered_here=form.registered_here,
        multi_site_filed=form.multi_site_filed
        and (form.filed_until is None or form.filed_until >= today),
        title=form.title_code,
        now=at,
    )


def ends_after(day: date | None, place: str) -> datetime | None:
    """The first moment after the last day."""
    return None if day is None else day_begins(date.fromordinal(day.toordinal() + 1), place)


def differences(row: Application) -> tuple[Difference, ...]:
    """Between what was handed in last and the time before; a renewal is held against what holds."""
    handed = [s for s in sorted(row.steps.all(), key=lambda s: s.pk) if s.form is not None]
    if not handed:
        return ()
    before = handed[-2] if len(handed) > 1 else _approved_before(row)
    return tuple(_changed(before, handed[-1])) if before else ()


def _approved_before(row: Application) -> ApplicationStep | None:
    if row.kind != "renewal":
        return None
    earlier = ApplicationStep.objects.filter(
        application__user_id=row.user_id, application__state="approved", form__isnull=False
    )
    return earlier.exclude(application_id=row.pk).order_by("-id").first()


def _changed(before: ApplicationStep, after: ApplicationStep) -> Iterable[Difference]:
    old, new = before.form or {}, after.form or {}
    for name in new:
        if old.get(name) != new[name]:
            yield Difference(field=name, before=old.get(name), after=new[name])
    if before.files != after.files:
        yield Difference(field="files", before=before.files, after=after.files)


_NEEDED = Text("请填写此项。", "Please fill this in.")
_CHOOSE = Text("请从列表中选择。", "Please choose from the list.")
_BEFORE = Text("截止日期早于开始日期。", "It ends before it begins.")
_SHOW = Text("请上传：{zh}", "Please upload: {en}")
