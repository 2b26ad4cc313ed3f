"""Asking an adult relative whether one may ask for them, and the relative's answer."""

from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status
from pydantic import Field

from xinglin.care.people import services
from xinglin.care.people.api.people import ProxyOut
from xinglin.care.people.types import ProxyStatus
from xinglin.foundation.accounts.services import public, requires, viewer_of
from xinglin.kernel import clock
from xinglin.kernel.text import Text
from xinglin.kernel.wire import In, Out

router = Router()
Token = Annotated[str, Field(min_length=16, max_length=80)]


class AskRelativeIn(In):
    phone: Annotated[str, Field(max_length=40)]


class LinkIn(In):
    token: Token


class AnswerIn(LinkIn):
    """`id_tail`: the last four characters of the relative's identity number."""

    answer: Literal["agree", "refuse", "withdraw"]
    id_tail: Annotated[str, Field(max_length=8)]


class ProxyQuestionOut(Out):
    """`asker`, `patient`: masked. `asker_is`: what the one who asks is to the patient."""

    asker: str
    asker_is: Text
    patient: str
    version: str
    text: Text
    status: ProxyOut


@router.post(
    "/patients/{patient_id}/proxy-consent",
    response={201: ProxyOut},
    operation_id="ask_relative",
    summary="Ask an adult relative, on their own phone, whether one may ask for them",
)
@requires("people.ask_relative")
def ask_relative(
    request: HttpRequest, patient_id: UUID, form: AskRelativeIn
) -> Status[ProxyStatus]:
    asked = services.ask_relative(viewer_of(request), patient_id, phone=form.phone, at=clock.now())
    return Status(201, asked)


@router.post(
    "/proxy-consents/look",
    response=ProxyQuestionOut,
    operation_id="look_at_proxy_question",
    summary="What the relative is asked, for whoever has the link",
)
@public
def look_at_proxy_question(request: HttpRequest, form: LinkIn) -> services.ProxyQuestion:
    del request
    return services.look_at_question(form.token, clock.now())


@router.post(
    "/proxy-consents/answer",
    response=ProxyQuestionOut,
    operation_id="answer_proxy_question",
    summary="The relative agrees, refuses, or withdraws",
)
@public
def answer_proxy_question(request: HttpRequest, form: AnswerIn) -> services.ProxyQuestion:
    del request
    return services.answer_question(form.token, form.answer, id_tail=form.id_tail, at=clock.now())
