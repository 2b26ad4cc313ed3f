"""Who stands at the counter is registered, and becomes a walk-in of today."""

import json
from dataclasses import asdict, replace
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max, Q

from xinglin.care.people.queries import institution, required_text
from xinglin.care.people.services import give_consent
from xinglin.care.people.types import PatientCard
from xinglin.care.sites import events
from xinglin.care.sites.models import Site, WalkIn
from xinglin.care.sites.permissions import check_own, site_at, still_here
from xinglin.care.sites.queries.walk_ins import card_of
from xinglin.care.sites.rules import check_complaint, is_recent
from xinglin.care.sites.services.consents import CONSENTS, check_holders_consent, holder_is_there
from xinglin.care.sites.services.identify import identify
from xinglin.care.sites.services.steps import audience, trace
from xinglin.care.sites.types import OPEN, Form, WalkInCard
from xinglin.foundation.accounts.queries import viewer_later
from xinglin.foundation.accounts.services import index_text
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit.services import record
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel.errors import Conflict, FieldError, Invalid
from xinglin.kernel.text import Text
from xinglin.policy.rules import local_date

_DIGEST = "sites_walkin|digest"


@outbox.in_one_transaction()
def register(viewer: Viewer, walk_in_id: UUID, form: Form, *, at: datetime) -> WalkInCard:
    """The same id with the same form is the same walk-in, however often it comes.

    Raises:
        NotFound: the viewer stands at no site, or the id is another site's or another day's.
        Invalid, RuleRefused, TooMany: as `people.register_patient`; `name_differs`.
        Conflict: `walk_in_differs`, `already_here` (with `walk_in_id`), `relative_sees_needed`,
            `guardian_needed`, `guardian_elsewhere`, `consent_version_changed`,
            `relative_consent_needed`, `consent_required`.
    Locks: the site. Emits: WalkInRegistered.
    """
    site_id = site_at(viewer)
    site = Site.objects.select_for_update(no_key=True).get(pk=site_id)
    house = institution(site.institution_id)
    digest = _digest(form)
    known = WalkIn.objects.filter(pk=walk_in_id).first()
    if known is not None:
        return card_of(_same(viewer, known, digest, house.place, at))
    _check_kinds(form)
    _check_captured(form, at)
    check_complaint(form.complaint)
    patient = identify(viewer, form, institution_id=house.id, at=at)
    _refuse_twice(site_id, patient, local_date(at, house.place), at)
    row = _keep(viewer, walk_in_id, form, site, patient, at, digest)
    _agree(viewer, form, patient, row, at)
    record(
        viewer,
        "sites.register_walk_in",
        subject=patient.id,
        thing="walk_in",
        thing_id=row.pk,
        purpose="registration",
        detail={"card_by": form.card_by, "captured": form.captured_at is not None},
    )
    outbox.emit(events.WalkInRegistered(audience=audience(row), walk_in_id=row.pk, site_id=site_id))
    return card_of(row)


def _same(viewer: Viewer, known: WalkIn, digest: bytes, place: str, at: datetime) -> WalkIn:
    """An answer may have been lost before midnight: whoever sent it is answered after it as well."""
    is_same = bytes(known.digest) == digest
    if not is_same or known.assistant_id != viewer.user_id or known.site_id != site_at(viewer):
        check_own(viewer, known, place=place, at=at)
    if not is_same:
        raise Conflict("walk_in_differs", _DIFFERS)
    return known


def _keep(  # noqa: PLR0917  # the facts of one row
    viewer: Viewer,
    walk_in_id: UUID,
    form: Form,
    site: Site,
    patient: PatientCard,
    at: datetime,
    digest: bytes,
) -> WalkIn:
    assert viewer.station is not None
    day = local_date(at, patient.place)
    last = WalkIn.objects.filter(site=site, day=day).aggregate(last=Max("number"))["last"]
    try:
        with transaction.atomic():
            row = WalkIn.objects.create(
                id=walk_in_id,
                site=site,
                device_id=viewer.station,
                patient_id=patient.id,
                institution_id=site.institution_id,
                holder_id=patient.holder_id,
                assistant_id=viewer.user_id,
                day=day,
                number=(last or 0) + 1,
                complaint=form.complaint,
                locale=form.locale,
                card_by=form.card_by,
                relative_sees=form.relative_sees,
                digest=digest,
                registered_at=at,
                captured_at=form.captured_at,
            )
    except IntegrityError:  # The id came to another site in this moment.
        raise Conflict("walk_in_differs", _DIFFERS) from None
    trace(row, "register", former="", by=viewer.user_id, at=at)
    return row


def _agree(viewer: Viewer, form: Form, patient: PatientCard, row: WalkIn, at: datetime) -> None:
    """In the name of the account's own person, who is here: the patient, or a minor's guardian.

    A relative who is not here agrees to nothing: the yes is the patient's own, and the relative's
    account must have agreed before. What was captured may have agreed to an older text: it is asked
    again on the screen, and no walk-in is lost for it.
    """
    if not holder_is_there(patient):
        _patient_agrees(viewer, form, patient, row, at)
        return
    holder = replace(viewer_later(patient.holder_id), device="site")
    for kind, version in form.consents:
        try:
            give_consent(holder, kind=kind, version=version, at=at)
        except Conflict:
            if form.captured_at is None:
                raise


def _patient_agrees(
    viewer: Viewer, form: Form, patient: PatientCard, row: WalkIn, at: datetime
) -> None:
    check_holders_consent(patient)
    if not form.agrees:
        raise Conflict("consent_required", _PATIENTS_YES)
    current = required_text().version
    for _, version in form.consents:
        if version != current and form.captured_at is None:
            raise Conflict("consent_version_changed", _NEWER_TEXT)
        trace(row, "agree", former=row.state, by=viewer.user_id, at=at)
        record(
            viewer,
            "sites.patient_agrees",
            subject=patient.id,
            thing="walk_in",
            thing_id=row.pk,
            purpose="consent",
            detail={"version": version, "device": str(row.device_id)},
        )


def _check_kinds(form: Form) -> None:
    if any(kind not in CONSENTS for kind, _ in form.consents):
        raise Invalid(FieldError("consents", _OTHER_CONSENT))


def _refuse_twice(site_id: UUID, patient: PatientCard, day: date, at: datetime) -> None:
    open_one = (
        WalkIn.objects.filter(Q(day=day) | still_here(at), site_id=site_id, state__in=OPEN)
        .filter(patient_id=patient.id)
        .values_list("pk", flat=True)
        .first()
    )
    if open_one is not None:
        refusal = Conflict("already_here", _HERE)
        refusal.extra = {"walk_in_id": str(open_one)}
        raise refusal


def _check_captured(form: Form, at: datetime) -> None:
    if form.captured_at is not None and not is_recent(form.captured_at, at):
        raise Invalid(
            FieldError(
                "captured_at",
                Text(
                    "登记时间须在最近三天内；请检查本机时钟。",
                    "It was written down more than three days ago, or in the future: please check the"
                    " clock of this device.",
                ),
            )
        )


def _digest(form: Form) -> bytes:
    """Of all but when it was put down: a first try may have come before its answer was lost."""
    told = asdict(replace(form, captured_at=None))
    plain = json.dumps(told, default=str, sort_keys=True, ensure_ascii=False)
    return index_text(plain, _DIGEST)


_DIFFERS = Text(
    "这条登记已保存过，内容不同；请在今日列表中打开它修改，或重新登记。",
    "This walk-in was kept already, with other contents: open it in today's list and mend it there,"
    " or begin a new one.",
)
_HERE = Text(
    "该患者今天已在本站点登记，尚未结束；请打开那一条。",
    "This patient is registered here today already, and not done yet: please open that one.",
)
_OTHER_CONSENT = Text(
    "到店登记只记录诊疗服务的同意。",
    "At a site only the consent to the service is taken.",
)
_PATIENTS_YES = Text(
    "请患者本人先阅读或听读知情同意书，同意后再登记。",
    "The patient reads the informed consent, or hears it, and agrees before being registered.",
)
_NEWER_TEXT = Text(
    "同意书已更新，请患者阅读新版本后再同意。",
    "The text has a new version; the patient reads it before agreeing.",
)
