"""Why this doctor: the terms of the choice, and a sentence made of them."""

from datetime import datetime

from xinglin.care.dispatch.engine.shapes import Doctor, Request, Why
from xinglin.kernel.text import Text

_OWN = Text("本科室", "your own department")
_ALSO = Text("您兼看的科室", "a department you also serve")
_SENTENCE = Text(
    "{department}中，您目前接诊 {used}/{capacity}，在可接诊医生中负荷最低、空闲最久。",
    "In {department} you have {used} of {capacity} visits open: the least load of all who are free,"
    " and the longest idle.",
)
_RETURNED = Text(
    "患者由另一位医生转交，优先接诊。", "Handed over by another doctor, so it comes first."
)
_DECLINED = Text("此前有 {n} 位医生未能接诊。", "Declined by {n} before you.")


def reason_for(request: Request, doctor: Doctor, *, declined: int, now: datetime) -> Why:
    """`declined`: doctors who refused this visit or let its offer lapse."""
    own = doctor.departments[request.department] == 1
    department = _OWN if own else _ALSO
    load = {"used": doctor.used, "capacity": doctor.capacity}
    parts = [
        Text(
            _SENTENCE.zh.format(department=department.zh, **load),
            _SENTENCE.en.format(department=department.en, **load),
        )
    ]
    if request.returned:
        parts.append(_RETURNED)
    if declined:
        parts.append(_DECLINED.filled(n=declined))
    return Why(
        text=Text("".join(p.zh for p in parts), " ".join(p.en for p in parts)),
        terms={
            **load,
            "own_department": own,
            "grade": doctor.grade,
            "idle_s": max(0, int((now - doctor.idle_since).total_seconds())),
            "waited_s": max(0, int((now - request.requested_at).total_seconds())),
            "urgency": request.urgency,
            "returned": request.returned,
            "declined_by": declined,
        },
    )
