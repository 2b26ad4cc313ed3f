"""The offers that wait for a doctor's answer."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from xinglin.care.consultation import queries as visits
from xinglin.care.consultation.types import ConsultationCard
from xinglin.care.dispatch import rules
from xinglin.care.dispatch.types import OfferCard, SomePatient
from xinglin.care.people import queries as people
from xinglin.care.people.types import PatientCard
from xinglin.care.sites import queries as sites
from xinglin.care.sites.types import SiteRef
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.database import services as database
from xinglin.kernel.text import Text

_OWN = """
    select id, consultation_id, patient_id, department, expires_at, why
    from dispatch_offer where user_id = %s and state = 'offered' and expires_at > %s
    order by expires_at, id
"""

_ASKED = "select user_id from dispatch_offer where id = %s and state = 'offered'"


def offers(viewer: Viewer, at: datetime) -> list[OfferCard]:
    """The viewer's own, the first to lapse first. Whoever shows them audits it.

    Four statements at most, and one more where somebody sits at a site.
    """
    rows = database.fetch(_OWN, [viewer.user_id, at])
    if not rows:
        return []
    cards = visits.cards([row[1] for row in rows])
    patients = people.patient_cards({row[2] for row in rows})
    there = sites.site_refs({card.site_id for card in cards.values() if card.site_id})
    return [_card(row, cards[row[1]], patients[row[2]], there, at) for row in rows]


def _card(
    row: tuple[Any, ...],
    visit: ConsultationCard,
    patient: PatientCard,
    there: Mapping[UUID, SiteRef],
    at: datetime,
) -> OfferCard:
    offer_id, consultation_id, patient_id, department, expires_at, why = row
    told = json.loads(why)
    return OfferCard(
        id=offer_id,
        consultation_id=consultation_id,
        patient_id=patient_id,
        department=people.department(department),
        patient=SomePatient(sex=patient.sex, age_text=patient.age_text),
        complaint=rules.excerpt(visit.complaint),
        urgency=visit.urgency,
        waited_s=rules.seconds_since(visit.requested_at, at),
        expires_at=expires_at,
        returned=visit.returned,
        why=Text(told["zh"], told["en"]),
        language=people.language(visit.language),
        channel=visit.channel,
        site=there[visit.site_id].name if visit.site_id else None,
    )


def asked_doctor(offer_id: UUID) -> UUID | None:
    """The account of the doctor who still has to answer; None when nobody has."""
    row = database.fetch_one(_ASKED, [offer_id])
    return row[0] if row else None
