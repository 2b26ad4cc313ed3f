"""Real-name registration of a patient."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NoReturn
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction

from xinglin.care.people import queries, rules
from xinglin.care.people.models import Patient
from xinglin.care.people.queries.patients import ID_NUMBER, NAME
from xinglin.care.people.services.attempts import count_attempt
from xinglin.care.people.types import InstitutionCard, PatientCard
from xinglin.foundation.accounts.services import index_text, lock_account, seal_text
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit.services import record
from xinglin.kernel.dates import age_on
from xinglin.kernel.errors import Conflict, FieldError, Invalid
from xinglin.kernel.identity import RESIDENT_ID, ResidentId, read_resident_id
from xinglin.kernel.text import Text
from xinglin.policy import facts
from xinglin.policy.rules import decide, local_date

_TRIES, _WITHIN = 20, timedelta(hours=1)
_SEEN_TRIES = 60  # One assistant at a counter, a minute each.


@dataclass(frozen=True, kw_only=True)
class Form:
    name: str
    relation: str
    identity: ResidentId
    is_minor: bool


def register_patient(
    viewer: Viewer,
    *,
    name: str,
    id_type: str,
    id_number: str,
    relation: str,
    at: datetime,
    sensitive_data_consent: bool = False,
    is_guardian: bool = False,
) -> PatientCard:
    """Register a patient under the viewer's account; a minor gets the account's adult as guardian.

    Args:
        is_guardian: declared, where the relation does not say so (a grandparent, for example).
        sensitive_data_consent: agreed on the form itself; a service consent in force counts as well.
    Raises:
        Invalid: names every wrong field.
        RuleRefused: R20, R49.
        Conflict: `patient_exists` (under this account), `identity_registered` (elsewhere),
            `self_exists`, `too_many_patients`.
        TooMany: too many tries in an hour.
        Unavailable: `hospital_not_open`.
    """
    return _register(
        viewer,
        holder_id=viewer.user_id,
        form=_Asked(name, id_type, id_number, relation, is_guardian=is_guardian),
        agreed=sensitive_data_consent,
        at=at,
    )


def register_seen(
    viewer: Viewer,
    *,
    holder_id: UUID,
    name: str,
    id_number: str,
    relation: str,
    sensitive_data_consent: bool,
    at: datetime,
) -> PatientCard:
    """As `register_patient`, by staff who have the person and the card before them.

    The account may have no phone. The viewer is whom the audit names, and whose tries are counted.
    """
    return _register(
        viewer,
        holder_id=holder_id,
        form=_Asked(name, RESIDENT_ID, id_number, relation, seen_in_person=True),
        agreed=sensitive_data_consent,
        at=at,
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    name: str
    id_type: str
    id_number: str
    relation: str
    is_guardian: bool = False
    seen_in_person: bool = False


def _register(
    viewer: Viewer, *, holder_id: UUID, form: _Asked, agreed: bool, at: datetime
) -> PatientCard:
    house = queries.default_institution()
    queries.check_open(house.id)
    today = local_date(at, house.place)
    read = read_form(form.name, form.id_type, form.id_number, form.relation, today)
    account = get_user_model().objects.get(pk=holder_id)
    decide(
        "register_patient",
        facts.RegisterPatient(
            real_name=read.name,
            id_type=RESIDENT_ID,
            id_number=read.identity.number,
            birth_date=read.identity.born,
            relation=form.relation,
            guardian_registers=read.is_minor
            and (form.relation == "child" or (form.relation == "other" and form.is_guardian)),
            phone_verified=account.phone_verified,
            sensitive_data_consent=agreed or queries.consent_status(holder_id).binds,
            seen_in_person=form.seen_in_person,
        ),
        place=house.place,
        on=today,
    ).demand()
    limit = _SEEN_TRIES if form.seen_in_person else _TRIES
    count_attempt(viewer.user_id, "register_patient", limit=limit, within=_WITHIN, at=at)
    return _keep(viewer, holder_id, house, read, today, synthetic=account.synthetic)


def read_form(name: str, id_type: str, id_number: str, relation: str, today: date) -> Form:
    """Raises Invalid with all that is wrong at once."""
    errors: list[FieldError] = []
    clean = rules.clean_name(name)
    if wrong := rules.what_is_wrong_with_name(clean):
        errors.append(FieldError("name", wrong))
    if relation not in rules.RELATIONS:
        errors.append(
            FieldError("relation", Text("请选择与您的关系。", "Please choose the relation."))
        )
    identity = _identity(id_type, id_number, today, errors)
    if identity is None:
        raise Invalid(*errors)
    minor = age_on(identity.born, today) < rules.ADULT_YEARS
    if wrong := _what_is_wrong_with_age(relation, is_minor=minor):
        errors.append(FieldError("relation", wrong))
    if errors:
        raise Invalid(*errors)
    return Form(name=clean, relation=relation, identity=identity, is_minor=minor)


def _identity(
    id_type: str, id_number: str, today: date, errors: list[FieldError]
) -> ResidentId | None:
    """Adds to `errors` what is wrong."""
    if id_type != RESIDENT_ID:
        errors.append(
            FieldError(
                "id_type",
                Text(
                    "目前只能用居民身份证登记。",
                    "Only a resident identity card is accepted so far.",
                ),
            )
        )
        return None
    try:
        return read_resident_id(id_number, on=today)
    except Invalid as error:
        errors.extend(error.errors)
        return None


def _what_is_wrong_with_age(relation: str, *, is_minor: bool) -> Text | None:
    if is_minor and relation == "self":
        return Text(
            "未满18周岁须由监护人用自己的账号登记。",
            "Who is under 18 is registered by a guardian, with the guardian's own account.",
        )
    if is_minor and relation in {"spouse", "parent"}:
        return Text(
            "所选关系与证件上的年龄不符。", "The relation does not fit the age on the card."
        )
    return None


def _keep(  # as they come
    viewer: Viewer,
    holder_id: UUID,
    house: InstitutionCard,
    form: Form,
    today: date,
    *,
    synthetic: bool,
) -> PatientCard:
    """Two requests at once end at the constraints, and are told the same."""
    index = index_text(form.identity.number, ID_NUMBER)
    try:
        with transaction.atomic():
            lock_account(holder_id)
            guardian = _refuse_if_known(holder_id, house, form, index, today)
            patient = Patient.objects.create(
                holder_id=holder_id,
                institution_id=house.id,
                relation=form.relation,
                name_sealed=seal_text(form.name, NAME),
                id_type=RESIDENT_ID,
                id_number_sealed=seal_text(form.identity.number, ID_NUMBER),
                id_number_index=index,
                birth_date=form.identity.born,
                sex=rules.SEX_CODES[form.identity.sex],
                synthetic=synthetic,
                guardian=guardian if form.is_minor else None,
            )
            record(
                viewer,
                "people.register_patient",
                subject=patient.pk,
                thing="patient",
                thing_id=patient.pk,
                purpose="registration",
                detail={"relation": form.relation, "guardian": form.is_minor},
            )
    except IntegrityError:
        _refuse_if_known(holder_id, house, form, index, today)
        raise
    return queries.patient_card(patient.pk)


def _refuse_if_known(
    holder_id: UUID, house: InstitutionCard, form: Form, index: bytes, today: date
) -> Patient | None:
    """Answers the account's own registration."""
    known = known_patient(house.id, index)
    if known is not None:
        _refuse_twice(own=known.holder_id == holder_id)
    own = list(Patient.objects.filter(holder_id=holder_id, closed_at__isnull=True))
    oneself = next((p for p in own if p.relation == "self"), None)
    if form.relation == "self" and oneself is not None:
        raise Conflict(
            "self_exists",
            Text(
                "您已登记过本人。添加家人时请选择与您的关系。",
                "You are registered already. To add a relative, please choose the relation.",
            ),
        )
    if form.is_minor and not (oneself and _is_adult(oneself, today)):
        raise Invalid(
            FieldError(
                "relation",
                Text(
                    "请先登记您本人（监护人），再添加孩子。",
                    "Please register yourself, the guardian, first; then add the child.",
                ),
            )
        )
    if len(own) >= rules.PATIENTS_OF_ONE_ACCOUNT:
        raise Conflict(
            "too_many_patients",
            Text("一个账号最多登记8人。", "One account holds at most 8 people."),
        )
    return oneself


def known_patient(institution_id: UUID, index: bytes) -> Patient | None:
    """Who is registered under this identity now."""
    return Patient.objects.filter(
        institution_id=institution_id,
        id_type=RESIDENT_ID,
        id_number_index=index,
        closed_at__isnull=True,
    ).first()


def _is_adult(patient: Patient, today: date) -> bool:
    return age_on(patient.birth_date, today) >= rules.ADULT_YEARS


def _refuse_twice(*, own: bool) -> NoReturn:
    """Does not tell whose account it is."""
    if own:
        raise Conflict(
            "patient_exists",
            Text(
                "此人已在您的家庭成员中，不必重复登记。",
                "This person is among your family members already.",
            ),
        )
    raise Conflict(
        "identity_registered",
        Text(
            "该证件号码已在其他账号登记过，不能重复登记。您可以请医院核实，核实后由工作人员为您处理。",
            "This identity number is registered under another account already. You can ask the"
            " hospital to check it; its staff then decide with you.",
        ),
    )
