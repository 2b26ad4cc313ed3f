"""The offers that wait for a doctor's answer."""

from datetime import datetime

from xinglin.care.consultation import queries as visits
from xinglin.care.consultation.types import ConsultationCard
from xinglin.care.dispatch import rules
from xinglin.care.dispatch.models import Offer
from xinglin.care.dispatch.types import OfferCard, SomePatient
from xinglin.care.people import queries as people
from xinglin.care.people.types import PatientCard
from xinglin.foundation.accounts.types import Viewer
from xinglin.kernel.text import Text


def offers(viewer: Viewer, at: datetime) -> list[OfferCard]:
    """The viewer's own, the first to lapse first. Whoever shows them audits it."""
    rows = list(
        Offer.objects.filter(user_id=viewer.user_id, state="offered", expires_at__gt=at).order_by(
            "expires_at", "pk"
        )
    )
    if not rows:
        return []
    cards = visits.cards([o.consultation_id for o in rows])
    patients = people.patient_cards({o.patient_id for o in rows})
    return [_card(o, cards[o.consultation_id], patients[o.patient_id], at) for o in rows]


def _card(offer: Offer, visit: ConsultationCard, patient: PatientCard, at: datetime) -> OfferCard:
    return OfferCard(
        id=offer.pk,
        consultation_id=offer.consultation_id,
        patient_id=offer.patient_id,
        department=people.department(offer.department),
        patient=SomePatient(sex=patient.sex, age_text=patient.age_text),
        complaint=rules.excerpt(visit.complaint),
        urgency=visit.urgency,
        waited_s=rules.seconds_since(visit.requested_at, at),
        expires_at=offer.expires_at,
        returned=visit.returned,
        why=Text(offer.why["zh"], offer.why["en"]),
    )
