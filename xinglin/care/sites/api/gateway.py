"""Instruments send by a gateway of the site, which has a token of its own."""

from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status
from pydantic import AwareDatetime, Field

from xinglin.care.sites import gateway, services
from xinglin.foundation.accounts.services import by_token
from xinglin.kernel import clock
from xinglin.kernel.wire import In, Out

router = Router()
_BEARER = "Bearer "
Word = Annotated[str, Field(max_length=120)]


class CodingIn(In):
    system: Word = ""
    code: Word


class CodeIn(In):
    coding: Annotated[list[CodingIn], Field(min_length=1, max_length=10)]


class QuantityIn(In):
    """`system`: that of UCUM."""

    value: Annotated[float, Field(ge=-1e6, le=1e6, allow_inf_nan=False)]
    system: Word
    code: Annotated[str, Field(max_length=16)]


class ComponentIn(In):
    code: CodeIn
    valueQuantity: QuantityIn | None = None  # noqa: N815  # FHIR's own name


class IdentifierIn(In):
    system: Word = ""
    value: Annotated[str, Field(min_length=1, max_length=79)]


class DeviceIn(In):
    """`identifier`: the instrument's serial."""

    identifier: IdentifierIn


class ObservationIn(In):
    """What is read of an Observation of FHIR R4; all else in it is passed over."""

    resourceType: Literal["Observation"]  # noqa: N815  # FHIR's own name
    identifier: Annotated[list[IdentifierIn], Field(min_length=1, max_length=5)]
    status: Word
    code: CodeIn
    effectiveDateTime: AwareDatetime  # noqa: N815  # FHIR's own name
    device: DeviceIn
    valueQuantity: QuantityIn | None = None  # noqa: N815  # FHIR's own name
    component: Annotated[list[ComponentIn], Field(max_length=10)] = []


class ObservedIdOut(Out):
    id: UUID


@router.post(
    "/gateway/observations",
    response={200: ObservedIdOut, 201: ObservedIdOut},
    operation_id="receive_observation",
    summary="Take an Observation (FHIR R4) of a site's instrument, by the token of its gateway",
)
@by_token
def receive_observation(request: HttpRequest, form: ObservationIn) -> Status[dict[str, Any]]:
    """201 when it is new, 200 when the same identifier came with the same contents before."""
    said = request.headers.get("Authorization", "")
    token = said.removeprefix(_BEARER) if said.startswith(_BEARER) else ""
    kept, is_new = services.observe(token, _read(form), at=clock.now())
    return Status(201 if is_new else 200, {"id": kept})


def _read(form: ObservationIn) -> gateway.Observation:
    own = form.identifier[0]
    return gateway.read(
        status=form.status,
        identifier=f"{own.system}|{own.value}",
        codes=_codes(form.code),
        quantity=_quantity(form.valueQuantity),
        components=[(_codes(c.code), _quantity(c.valueQuantity)) for c in form.component],
        serial=form.device.identifier.value,
        effective=form.effectiveDateTime,
    )


def _codes(code: CodeIn) -> dict[str, str]:
    return {each.system: each.code for each in reversed(code.coding)}


def _quantity(quantity: QuantityIn | None) -> dict[str, Any] | None:
    if quantity is None:
        return None
    return {"value": quantity.value, "system": quantity.system, "code": quantity.code}
