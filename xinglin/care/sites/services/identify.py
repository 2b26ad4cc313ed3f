"""Which patient stands at the counter, and under whose account: found by the card, else registered."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Max

from xinglin.care.people.queries import family_of, institution, known_by_card
from xinglin.care.people.services import count_attempt, register_seen
from xinglin.care.people.types import PatientCard
from xinglin.care.sites.models import WalkIn
from xinglin.care.sites.permissions import site_at
from xinglin.care.sites.queries.sites import site_card
from xinglin.care.sites.rules import masked_card, same_name
from xinglin.care.sites.types import Form, Person
from xinglin.foundation.accounts.services import create_walk_in_account
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit.services import record, record_apart
from xinglin.kernel.dates import age_on
from xinglin.kernel.errors import Conflict, FieldError, Invalid
from xinglin.kernel.identity import normalised, read_resident_id
from xinglin.kernel.text import Text
from xinglin.policy.rules import local_date

_ADULT_YEARS = 18
_LOOKS, _HOUR = 60, timedelta(hours=1)
_REFUSED = frozenset({"name_differs", "not_of_family", "guardian_elsewhere"})
"""What tells of a number that the house knows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """`family`: of the account, with the numbers masked. `last_at`: of the last walk-in here."""

    patient: PatientCard | None
    family: tuple[tuple[PatientCard, str], ...]
    visits_here: int
    last_at: datetime | None


def look_up(viewer: Viewer, person: Person, *, at: datetime) -> Found:
    """Whether the house knows who is on the card; the tries of an assistant are counted.

    Raises:
        NotFound: the viewer stands at no site.
        Invalid: no identity number; `name_differs`. TooMany: sixty in an hour.
    """
    site = site_card(site_at(viewer))
    count_attempt(viewer.user_id, "site_identity", limit=_LOOKS, within=_HOUR, at=at)
    today = local_date(at, institution(site.institution_id).place)
    number = read_resident_id(person.id_number, on=today).number
    known = known_by_card(site.institution_id, number)
    if known is None:
        return Found(patient=None, family=(), visits_here=0, last_at=None)
    with _told(viewer):
        checked_name(known, person.name)
    record(
        viewer,
        "sites.look_up_identity",
        subject=known.id,
        thing="patient",
        thing_id=known.id,
        purpose="registration",
    )
    here = WalkIn.objects.filter(patient_id=known.id, site_id=site.id).aggregate(
        visits=Count("pk"), last=Max("registered_at")
    )
    return Found(
        patient=known,
        family=_family(known),
        visits_here=here["visits"],
        last_at=here["last"],
    )


def _family(known: PatientCard) -> tuple[tuple[PatientCard, str], ...]:
    """Of an account's own adult; whoever is in a relative's account sees nobody of it."""
    if known.relation != "self":
        return ()
    others = family_of(known.holder_id)
    return tuple((each, masked_card(number)) for each, number in others if each.id != known.id)


def identify(viewer: Viewer, form: Form, *, institution_id: UUID, at: datetime) -> PatientCard:
    """The patient of the form, who may be registered by it; the tries of an assistant are counted.

    Raises:
        As `services.register`.
    """
    count_attempt(viewer.user_id, "site_register", limit=_LOOKS, within=_HOUR, at=at)
    with _told(viewer):
        return _identify(viewer, form, institution_id, at)


@contextmanager
def _told(viewer: Viewer) -> Iterator[None]:
    """Who tries a number with another name, or another family, stands in the log for it."""
    try:
        yield
    except (Invalid, Conflict) as error:
        if error.code in _REFUSED:
            record_apart(
                viewer,
                "sites.card_refused",
                subject=None,
                thing="device",
                thing_id=viewer.station,
                purpose="registration",
                detail={"code": error.code},
            )
        raise


def _identify(viewer: Viewer, form: Form, institution_id: UUID, at: datetime) -> PatientCard:
    if form.family_of:
        patient = _of_family(form, institution_id, at)
    else:
        today = local_date(at, institution(institution_id).place)
        card = read_resident_id(form.person.id_number, on=today)
        known = known_by_card(institution_id, card.number)
        if known is not None:
            patient = checked_name(known, form.person.name)
        elif age_on(card.born, today) < _ADULT_YEARS:
            return _register_child(viewer, form, institution_id, at)
        else:
            return _register_adult(viewer, form.person, form, at)
    _check_account(form, patient, institution_id)
    return patient


def checked_name(known: PatientCard, name: str, field: str = "name") -> PatientCard:
    """Raises Invalid `name_differs`: the card is registered under another name."""
    if not same_name(known.name, name):
        raise Invalid(FieldError(field, _NAME), code="name_differs", text=_NAME)
    return known


def _of_family(form: Form, institution_id: UUID, at: datetime) -> PatientCard:
    """Chosen from what `family` has shown of the regular's account."""
    today = local_date(at, institution(institution_id).place)
    number = read_resident_id(form.family_of, on=today, field="family_of").number
    regular = known_by_card(institution_id, number)
    if regular is None or regular.relation != "self":
        raise Invalid(FieldError("family_of", _NO_FAMILY), code="not_of_family", text=_NO_FAMILY)
    wanted = normalised(form.person.id_number)
    for patient, id_number in family_of(regular.holder_id):
        if wanted in {masked_card(id_number), id_number} and same_name(
            patient.name, form.person.name
        ):
            return patient
    raise Invalid(FieldError("family_of", _NO_FAMILY), code="not_of_family", text=_NO_FAMILY)


def _check_account(form: Form, patient: PatientCard, institution_id: UUID) -> None:
    """A relative's account sees the visit: an adult agrees to that, a minor's guardian is there."""
    if patient.relation == "self":
        return
    if not patient.is_minor:
        if not form.relative_sees:
            raise Conflict("relative_sees_needed", _RELATIVE)
        return
    if form.family_of and _is_holder(form.family_of, patient, institution_id):
        return
    if form.guardian is None:
        raise Conflict("guardian_needed", _GUARDIAN)
    guardian = known_by_card(institution_id, form.guardian.id_number)
    if guardian is None or guardian.holder_id != patient.holder_id or guardian.relation != "self":
        raise Conflict("guardian_elsewhere", _ELSEWHERE)
    checked_name(guardian, form.guardian.name, "guardian.name")


def _is_holder(id_number: str, patient: PatientCard, institution_id: UUID) -> bool:
    adult = known_by_card(institution_id, id_number)
    return adult is not None and adult.holder_id == patient.holder_id and adult.relation == "self"


def _register_adult(viewer: Viewer, person: Person, form: Form, at: datetime) -> PatientCard:
    holder_id = create_walk_in_account(
        display_name=person.name, locale=form.locale, synthetic=settings.DEMO
    )
    return register_seen(
        viewer,
        holder_id=holder_id,
        name=person.name,
        id_number=person.id_number,
        relation="self",
        sensitive_data_consent=form.agrees,
        at=at,
    )


def _register_guardian(viewer: Viewer, person: Person, form: Form, at: datetime) -> PatientCard:
    """What is wrong with the guardian is said at the guardian's fields."""
    try:
        return _register_adult(viewer, person, form, at)
    except Invalid as error:
        own = (FieldError(f"guardian.{each.field}", each.text) for each in error.errors)
        raise Invalid(*own, code=error.code, text=error.text) from None


def _register_child(viewer: Viewer, form: Form, institution_id: UUID, at: datetime) -> PatientCard:
    """Under the guardian's own account, which is made where there is none."""
    if form.guardian is None:
        raise Conflict("guardian_needed", _GUARDIAN)
    today = local_date(at, institution(institution_id).place)
    number = read_resident_id(form.guardian.id_number, on=today, field="guardian.id_number").number
    guardian = known_by_card(institution_id, number)
    if guardian is None:
        guardian = _register_guardian(viewer, form.guardian, form, at)
    elif guardian.relation != "self":
        raise Conflict("guardian_elsewhere", _ELSEWHERE)
    else:
        checked_name(guardian, form.guardian.name, "guardian.name")
    return register_seen(
        viewer,
        holder_id=guardian.holder_id,
        name=form.person.name,
        id_number=form.person.id_number,
        relation="child",
        sensitive_data_consent=form.agrees,
        at=at,
    )


_NAME = Text(
    "姓名与该证件此前登记的不一致，请对照身份证核对姓名；仍不一致时请联系医院核实。",
    "This identity number is registered under another name: please compare with the card. If the card"
    " says so, ask the hospital to look into it.",
)
_NO_FAMILY = Text(
    "没有在这位家人的账号下找到所选的人，请重新刷家人的身份证。",
    "The person chosen is not in this relative's account; please read the relative's card again.",
)
_RELATIVE = Text(
    "该患者登记在家人的账号下，家人会看到这次就诊；请先征得患者本人同意。",
    "This patient is registered in a relative's account, and the relative will see this visit: please"
    " ask the patient first whether that is right.",
)
_GUARDIAN = Text(
    "未满18周岁须由监护人陪同，请同时登记监护人的身份证。",
    "Who is under 18 comes with a guardian: please read the guardian's card as well.",
)
_ELSEWHERE = Text(
    "孩子登记在另一位家长的账号下，或这位监护人登记在家人的账号下；请由登记孩子的那位家长陪同，或联系医院处理。",
    "The child is in another parent's account, or this guardian is in a relative's: please come with"
    " the parent who registered the child, or ask the hospital.",
)
