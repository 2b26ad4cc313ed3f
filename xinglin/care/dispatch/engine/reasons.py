"""Why this doctor: sentences made of what was known, when somebody asks."""

from xinglin.care.dispatch.engine.shapes import Facts, How, Why
from xinglin.kernel.text import Text

_DEPARTMENT = {
    True: Text("本科室", "your own department"),
    False: Text("您兼看的科室", "a department you also serve"),
}
_SENTENCES: dict[How, Text] = {
    "cheapest": Text(
        "{department}中，您目前接诊 {used}/{units}，在可接诊医生中负荷最低、空闲最久。",
        "In {department} you have {used} of {units} visits open: the least load of all who are free,"
        " and the longest idle.",
    ),
    "former": Text(
        "患者曾由您接诊，您有空位。您目前接诊 {used}/{units}。",
        "You saw this patient before, and you have room. You have {used} of {units} visits open.",
    ),
    "preferred": Text(
        "患者希望由您接诊，您有空位。您目前接诊 {used}/{units}。",
        "The patient would rather see you, and you have room. You have {used} of {units} visits open.",
    ),
    "named": Text(
        "患者指名请您接诊；没有患者的同意，不会派给其他医生。您目前接诊 {used}/{units}。",
        "The patient asked for you by name; without the patient's word nobody else is asked. You have"
        " {used} of {units} visits open.",
    ),
    "overflow": Text(
        "病情最紧急，没有医生有空位；您的负荷最低（{used}/{units}），请加看一位。",
        "It is most urgent and nobody has room; you have the least load ({used} of {units}), so you"
        " are asked for one more.",
    ),
    "again": Text(
        "暂时没有其他医生有空，再次请您接诊。您目前接诊 {used}/{units}。",
        "Nobody else has room, so you are asked once more. You have {used} of {units} visits open.",
    ),
}
_LINKED = Text(
    "患者在您对接的站点就诊，您有空位。您目前接诊 {used}/{units}。",
    "The patient sits at a site that you are linked to, and you have room. You have {used} of {units}"
    " visits open.",
)
_HANDED = Text(
    "同事把这位患者转给您（如有交接说明，接诊后可见）。您目前接诊 {used}/{units}。",
    "A colleague transfers this patient to you (a note, if any, is read when you accept). You have"
    " {used} of {units} visits open.",
)
_RETURNED = Text(
    "患者由另一位医生转交，优先接诊。", "Handed over by another doctor, so it comes first."
)
_RAISED = {
    True: Text(
        "一位同事认为这位患者需要更高年资的医生。",
        "A colleague finds that this patient needs a more senior doctor.",
    ),
    False: Text(
        "一位同事认为这位患者需要更高年资的医生，但现在没有这样的医生能接诊。",
        "A colleague finds that this patient needs a more senior doctor, but none can be asked now.",
    ),
}
_DECLINED = Text("此前有 {n} 位医生未能接诊。", "Declined by {n} before you.")

_FOR_PATIENT: dict[How, Text] = {
    "cheapest": Text(
        "为您请了现在最有空、级别合适的医生。", "The least busy doctor fit for it was asked."
    ),
    "former": Text("为您请了上次看诊的医生。", "The doctor who saw you before was asked."),
    "preferred": Text("为您请了您希望的医生。", "The doctor you prefer was asked."),
    "named": Text("为您请了您指名的医生。", "The doctor you named was asked."),
    "overflow": Text(
        "您的情况最紧急，已请医生加看。",
        "Yours is most urgent: a doctor was asked to take one more.",
    ),
    "again": Text(
        "其他医生都没有空，再次请了这位医生。", "Nobody else has room: this doctor was asked again."
    ),
}
_LINKED_FOR_PATIENT = Text(
    "为您请了与本站点对接的医生。", "A doctor linked to this site was asked."
)
_RAISED_FOR_PATIENT = {
    True: Text(
        "一位医生认为您的情况需要更高年资的医生，所以请了这样的医生。",
        "A doctor found that you need a more senior doctor, so one was asked.",
    ),
    False: Text(
        "一位医生认为您的情况需要更高年资的医生；现在没有这样的医生能接诊，先请了其他医生。",
        "A doctor found that you need a more senior doctor; none can be asked now, so another one was.",
    ),
}
_HELD_BACK = Text(
    "您等了 {n} 秒：此前没有合适的医生有空。",
    "You waited {n} s: nobody fit for it had room before.",
)
_WORTH_A_WORD_S = 15
_FOR_AUDITOR = Text(
    "{how}；紧急 {urgency}，需要 {need} 级{raised}，派给 {grade} 级；等待 {waited} 秒；负荷 {used}/{units}，"
    "公平项 {fair}；其余 {others}；队首 {heads}；权重 {weights}{strict}。",
    "{how}; urgency {urgency}, need {need}{raised}, given to grade {grade}; waited {waited} s; load"
    " {used}/{units}, fairness {fair}; others {others}; heads {heads}; weights {weights}{strict}.",
)
_HOW: dict[How, Text] = {
    "cheapest": Text("负荷最低", "the least costly"),
    "former": Text("原接诊医生", "the former doctor"),
    "preferred": Text("患者希望的医生", "the preferred doctor"),
    "named": Text("患者指名", "named by the patient"),
    "overflow": Text("超额接诊", "one above the cap"),
    "again": Text("再次询问", "asked again"),
}
_LINKED_HOW = Text("站点对接的医生", "a doctor linked to the site")
_ASKED_FOR = Text("（医生要求 {n} 级）", " (a doctor asked for {n})")
_STRICT = Text("，严格顺序", ", strict order")


def reason_for(facts: Facts) -> Why:
    """One line for the doctor, the patient and the auditor each, and the terms as numbers.

    No other patient's visit is named; `Facts` has them.
    """
    terms = _terms(facts)
    return Why(
        text=_for_doctor(facts),
        terms=terms,
        patient=_for_patient(facts),
        auditor=_for_auditor(facts),
    )


def _terms(facts: Facts) -> dict[str, object]:
    request, doctor = facts.request, facts.doctor
    return {
        "how": facts.how,
        "used": facts.used,
        "capacity": doctor.units,
        "own_department": facts.own,
        "grade": doctor.grade,
        "need": request.need,
        "raised": request.raised,
        "idle_s": max(0, int(facts.at - facts.idle_since)),
        "waited_s": _waited_s(facts),
        "urgency": request.urgency,
        "channel": request.channel,
        "returned": request.returned,
        "named": request.named is not None,
        "declined_by": facts.declined,
        "fair": round(facts.fair, 4),
        "strict": facts.strict,
        "weights": facts.weights,
        "others": [[round(cost, 4), str(doctor_id)] for cost, doctor_id in facts.others],
        "heads": [round(priority, 4) for priority, _ in facts.heads],
    }


def _waited_s(facts: Facts) -> int:
    return max(0, int(facts.at - facts.request.arrived))


def _for_doctor(facts: Facts) -> Text:
    request = facts.request
    sentence = _LINKED if _is_linked(facts) else _SENTENCES[facts.how]
    if request.named is not None:
        sentence = _HANDED if request.handed else _SENTENCES["named"]
    department = _DEPARTMENT[facts.own]
    load = {"used": facts.used, "units": facts.doctor.units}
    parts = [
        Text(
            sentence.zh.format(department=department.zh, **load),
            sentence.en.format(department=department.en, **load),
        )
    ]
    if request.returned:
        parts.append(_RETURNED)
    if request.raised > 1:
        parts.append(_RAISED[_is_senior(facts)])
    if facts.declined:
        parts.append(_DECLINED.filled(n=facts.declined))
    return _joined(parts)


def _for_patient(facts: Facts) -> Text:
    waited = _waited_s(facts)
    parts = [_LINKED_FOR_PATIENT if _is_linked(facts) else _FOR_PATIENT[facts.how]]
    if facts.request.raised > 1:
        parts.append(_RAISED_FOR_PATIENT[_is_senior(facts)])
    if waited >= _WORTH_A_WORD_S:
        parts.append(_HELD_BACK.filled(n=waited))
    return _joined(parts)


def _is_senior(facts: Facts) -> bool:
    return facts.doctor.grade >= facts.request.raised


def _is_linked(facts: Facts) -> bool:
    return facts.how == "preferred" and facts.request.site is not None


def _for_auditor(facts: Facts) -> Text:
    asked_for = _ASKED_FOR.filled(n=facts.request.raised)
    how = _LINKED_HOW if _is_linked(facts) else _HOW[facts.how]

    def line(said: str, strict: str, raised: str) -> dict[str, object]:
        return {
            "how": said,
            "urgency": facts.request.urgency,
            "need": facts.request.need,
            "raised": raised if facts.request.raised > 1 else "",
            "grade": facts.doctor.grade,
            "waited": _waited_s(facts),
            "used": facts.used,
            "units": facts.doctor.units,
            "fair": f"{facts.fair:.3f}",
            "others": _listed(facts.others),
            "heads": _listed(facts.heads),
            "weights": facts.weights,
            "strict": strict if facts.strict else "",
        }

    return Text(
        _FOR_AUDITOR.zh.format(**line(how.zh, _STRICT.zh, asked_for.zh)),
        _FOR_AUDITOR.en.format(**line(how.en, _STRICT.en, asked_for.en)),
    )


def _listed(pairs: tuple[tuple[float, object], ...]) -> str:
    """Without saying who: a reason may come before the eyes of a patient."""
    return ", ".join(f"{value:.3f}" for value, _ in pairs) or "-"


def _joined(parts: list[Text]) -> Text:
    return Text("".join(p.zh for p in parts), " ".join(p.en for p in parts))
