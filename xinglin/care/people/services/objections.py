"""Who above has something under way that stands against moving a patient or closing an account."""

from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from xinglin.care.people.models import Practitioner
from xinglin.kernel.text import Text


def objections(holder_id: UUID, patient_id: UUID | None = None) -> list[Text]:
    """In words for the person; `patient_id`: of that patient only.

    The functions are named in `settings.CLOSING_OBJECTIONS`: those above are not known here.
    """
    asked = (import_string(name)(holder_id, patient_id) for name in settings.CLOSING_OBJECTIONS)
    found = [text for text in asked if text is not None]
    if patient_id is None and Practitioner.objects.filter(user_id=holder_id).exists():
        found.append(_A_DOCTOR)
    return found


_A_DOCTOR = Text(
    "这是本院医生的账号，病历上有您的签名，不能自行注销；请联系管理员。",
    "This is the account of a doctor of this hospital, whose signature stands on records; please ask"
    " the administrator.",
)
