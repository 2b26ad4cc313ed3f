"""What everybody may know of this hospital, signed in or not."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja import Router, Schema

from xinglin.care.people import queries
from xinglin.foundation.accounts.services import public

router = Router(tags=["people"])


class HospitalOut(Schema):
    """`phone`: where a person answers; empty when the hospital has not named one.

    `open`: whether patients may come; one that is being set up is not. `emergency_number`: by the law
    of the place.
    """

    phone: str
    open: bool
    emergency_number: str


@router.get("/hospital", response=HospitalOut)
@public
def hospital(request: HttpRequest) -> dict[str, Any]:
    """The hospital's own telephone number (A09): the way for whoever cannot use these pages."""
    del request
    return {
        "phone": settings.HOSPITAL_PHONE,
        "open": queries.is_open(),
        "emergency_number": queries.emergency_number_here(),
    }
