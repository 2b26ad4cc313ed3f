"""What the check is told of a patient's allergies: the visit, and what earlier visits say, read openly."""

from collections.abc import Sequence

from xinglin.care.consultation import queries as consultation
from xinglin.care.consultation.types import AllergyWords, HeldVisit
from xinglin.care.prescribing.models import Prescription, PrescriptionVersion
from xinglin.care.prescribing.queries import allergies
from xinglin.care.prescribing.types import AllergyAnswer
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import services as audit


def known_allergies(
    viewer: Viewer, row: Prescription, visit: HeldVisit, *, place: str
) -> tuple[AllergyAnswer, ...]:
    """Of now, for the doctor who writes; each earlier visit that counts leaves a line for the patient.

    Once the visit is over its doctor may not open earlier ones: what comes back from the pharmacist
    is then checked on what they said when it was signed.
    """
    before = [each for each in consultation.allergies_before(visit.id) if allergies.counts(each)]
    _audit(viewer, visit, before)
    told = [*consultation.allergies_of_visit(visit.id), *before]
    now = allergies.answers_of(told, place=place)
    return now if visit.is_open else allergies.merged(now, _of_the_last(row))


def _of_the_last(row: Prescription) -> tuple[AllergyAnswer, ...]:
    version = PrescriptionVersion.objects.filter(prescription=row, number=row.version).first()
    return allergies.earlier_among(allergies.answers_signed(version.content)) if version else ()


def _audit(viewer: Viewer, visit: HeldVisit, before: Sequence[AllergyWords]) -> None:
    audit.record_each(
        viewer,
        "consultation.read_earlier_allergies",
        {each.consultation_id: visit.patient_id for each in before},
        thing="consultation",
        purpose="care",
        details={each.consultation_id: {"visit": str(visit.id)} for each in before},
    )
