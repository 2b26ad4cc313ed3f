"""The identity check by face over HTTP: whether it is offered, consent to it, and the check."""

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from xinglin.care.people import services
from xinglin.foundation.accounts.services import requires, viewer_of
from xinglin.kernel import clock
from xinglin.kernel.text import Text
from xinglin.kernel.wire import In, Out

router = Router()


class FaceWayOut(Out):
    """`available`: the hospital has chosen a vendor. `text`: what is agreed to, of `version`."""

    available: bool
    agreed: bool
    version: str
    text: Text | None


class VersionIn(In):
    version: Annotated[str, Field(min_length=1, max_length=32)]


class FaceIn(In):
    """`picture`: a JPEG of at most 512 kB, as base64."""

    picture: Annotated[str, Field(max_length=800_000)]


class FaceCheckOut(Out):
    """`outcome`: yes, no, unsure, or unanswered; only after a yes the two times are there."""

    outcome: services.Outcome
    text: Text
    checked_at: datetime | None
    valid_until: datetime | None


@router.get(
    "/duty/face",
    response=FaceWayOut,
    operation_id="read_face_way",
    summary="Whether one's identity can be checked by face here, and whether one has agreed",
)
@requires("people.check_own_identity")
def read_face_way(request: HttpRequest) -> services.FaceWay:
    return services.face_way(viewer_of(request))


@router.post(
    "/duty/face/consent",
    response=FaceWayOut,
    operation_id="agree_to_face",
    summary="Agree, once, to have one's face compared",
)
@requires("people.check_own_identity")
def agree_to_face(request: HttpRequest, form: VersionIn) -> services.FaceWay:
    return services.agree_to_face(viewer_of(request), version=form.version, at=clock.now())


@router.post(
    "/duty/face/consent/withdraw",
    response=FaceWayOut,
    operation_id="take_back_face",
    summary="Withdraw it: no further picture",
)
@requires("people.check_own_identity")
def take_back_face(request: HttpRequest) -> services.FaceWay:
    return services.take_back_face(viewer_of(request), at=clock.now())


@router.post(
    "/duty/identity-check/face",
    response=FaceCheckOut,
    operation_id="check_identity_by_face",
    summary="Prove in person to be this doctor by a live picture, which nobody keeps",
)
@requires("people.check_own_identity")
def check_identity_by_face(request: HttpRequest, form: FaceIn) -> services.FaceCheck:
    return services.check_identity_by_face(viewer_of(request), form.picture, clock.now())
