"""Who agrees at a site: the person whose account it is, and only when that person is there."""

from typing import Final

from xinglin.care.people.queries import consent_status, patient_card
from xinglin.care.people.types import PatientCard
from xinglin.care.sites.types import WalkInCard
from xinglin.kernel.errors import Conflict
from xinglin.kernel.text import Text

CONSENTS: Final = ("service",)
"""What is agreed to at the counter; the service's text holds the consent to sensitive data."""


def holder_is_there(patient: PatientCard) -> bool:
    """The patient's own account, or a minor's, who comes with the guardian whose account it is."""
    return patient.relation == "self" or patient.is_minor


def check_holders_consent(patient: PatientCard) -> None:
    """Raises Conflict `relative_consent_needed`: nobody here can agree for the account."""
    if not consent_status(patient.holder_id).binds:
        raise Conflict("relative_consent_needed", _RELATIVE_AGREES)


def check_agrees_here(card: WalkInCard) -> None:
    """Whether who holds the screen may agree for the account. Raises as `check_holders_consent`."""
    patient = patient_card(card.patient_id)
    if not holder_is_there(patient):
        check_holders_consent(patient)


_RELATIVE_AGREES = Text(
    "该患者登记在家人的账号下，家人撤回了知情同意，或还没有同意新版本；站点不能代家人同意。"
    "请家人在手机上重新同意后再登记；或请医院核实身份（登记核实），为患者建立本人账号。",
    "This patient is registered in a relative's account, and the relative has taken back the informed"
    " consent, or has not agreed to its new version: nobody at the site can agree in the relative's"
    " place. Ask the relative to agree again in the app, then register; or ask the hospital to check"
    " the patient's identity and make an account of the patient's own.",
)
