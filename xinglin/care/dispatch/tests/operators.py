"""What operators do, with the fewest words."""

from django.conf import settings

from xinglin.care.consultation.models import Consultation
from xinglin.care.dispatch import queries, services
from xinglin.care.dispatch.tests.cast import House, offer_of
from xinglin.care.people import services as people
from xinglin.care.people.models import Consent, ConsentText, Patient
from xinglin.foundation.accounts.models import User
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.outbox.services import relay_pending
from xinglin.kernel import ids


def operator(house: House, name: str = "张运营", *, elsewhere: bool = False) -> Viewer:
    user = User.objects.create(
        username=f"op-{ids.new()}", display_name=name, roles=["operator"], password="!"
    )
    return Viewer(
        user_id=user.pk,
        roles=frozenset({"operator"}),
        permissions=settings.ROLE_PERMISSIONS["operator"],
        institution_id=ids.new() if elsewhere else house.institution.id,
        strong=True,
    )


def course(house: House, viewer: Viewer, visit):
    return queries.visit_course(viewer, visit, house.at)


def seen(house: House, viewer: Viewer, visit) -> int:
    return course(house, viewer, visit).visit.step_id


def active(house: House, doctor):
    """A visit that this doctor has just taken."""
    visit = house.visit()
    house.dispatch()
    offer = offer_of(visit)
    assert offer.practitioner_id == doctor
    services.accept_offer(house.viewer(doctor), offer.pk, at=house.at)
    return visit


def close(house: House, viewer: Viewer, visit, **changes):
    given = {"seen": seen(house, viewer, visit), "reason": "no_doctor", "note": "", "at": house.at}
    services.close_visit(viewer, visit, **given | changes)


def reassign(house: House, viewer: Viewer, visit, doctor=None, **changes):
    given = {"seen": seen(house, viewer, visit), "reason": "waits_long", "note": "", "at": house.at}
    services.reassign_visit(viewer, visit, practitioner_id=doctor, **given | changes)


def extend(house: House, viewer: Viewer, visit, minutes=5, **changes):
    given = {
        "seen": seen(house, viewer, visit),
        "reason": "doctor_asked",
        "note": "",
        "at": house.at,
    }
    return services.extend_visit(viewer, visit, minutes=minutes, **given | changes)


def agrees(visit) -> None:
    """The patient asks alone and has given consent: as the law wants who is led elsewhere."""
    people.seed_consent_texts()
    row = Consultation.objects.get(pk=visit)
    Patient.objects.filter(pk=row.patient_id).update(relation="self")
    text = ConsentText.objects.get(kind="service")
    Consent.objects.create(holder_id=row.holder_id, text=text, given_at=row.requested_at)


def relay() -> None:
    while relay_pending():
        pass
