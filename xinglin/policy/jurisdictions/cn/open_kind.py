"""China: which kind of visit may be opened (R01, R02, R04-R06, R08, R09, R13, R20, R52)."""

from datetime import timedelta

from xinglin.kernel.text import Text
from xinglin.policy.facts import OpenKind
from xinglin.policy.house import (
    asker_named,
    asks_for_another,
    consent_holds,
    is_minor,
    relative_agrees,
)
from xinglin.policy.jurisdictions.cn import law
from xinglin.policy.terms import ADVICE, REFUSE, Context, Finding, Rule, grant


def wants_first_visit(facts: OpenKind) -> bool:
    return facts.wanted == "first_visit"


def seeks_care(facts: OpenKind) -> bool:
    """Diagnosis or medicine for something known; advice and campaigns alone seek neither."""
    return facts.wanted == "follow_up" or (
        facts.wants_prescription and not wants_first_visit(facts)
    )


def is_proven(facts: OpenKind, here: Context) -> bool:
    """An accepted kind of paper, with a diagnosis, that is not dated in the future."""
    proof = facts.proof
    return (
        proof is not None
        and proof.kind in here.knobs["follow_up_proof_types"]
        and bool(proof.diagnosis_code.strip())
        and proof.issued_on <= here.on
    )


def _kind(facts: OpenKind, here: Context) -> Finding | None:
    product = "follow_up" if seeks_care(facts) else "advice"
    return None if product in here.knobs["consult_kinds"] else REFUSE


def _first_visit(facts: OpenKind, here: Context) -> Finding | None:
    if wants_first_visit(facts):
        return REFUSE
    return ADVICE if seeks_care(facts) and not is_proven(facts, here) else None


def _proof(facts: OpenKind, here: Context) -> Finding | None:
    return grant("open_follow_up") if is_proven(facts, here) else ADVICE


def _unjudged(facts: OpenKind, here: Context) -> Finding | None:
    """Whether it is a follow-up is the doctor's to judge; until then both sides are told so."""
    if facts.same_diagnosis is not None or not is_proven(facts, here):
        return None
    return Finding(kind="allow", noted=True)


def _old_proof(facts: OpenKind, here: Context) -> Finding | None:
    limit = timedelta(days=here.knobs["follow_up_proof_max_age"])
    if facts.proof is None or here.on - facts.proof.issued_on <= limit:
        return None
    return Finding(kind="allow", noted=True)


def _same_diagnosis(facts: OpenKind, here: Context) -> Finding | None:
    """Until a doctor has judged (None) the visit may open, but nothing may be prescribed."""
    if facts.same_diagnosis is None or not is_proven(facts, here):
        return None
    if facts.same_diagnosis or not here.knobs["same_diagnosis_only"]:
        return grant("may_prescribe")
    return ADVICE


def _advice(facts: OpenKind, here: Context) -> Finding | None:
    if not seeks_care(facts):
        return Finding(kind="allow", capabilities=ADVICE.capabilities, noted=True)
    return None if is_proven(facts, here) else ADVICE


def _withdrawn(facts: OpenKind, _here: Context) -> Finding | None:
    if not facts.consent_withdrawn:
        return None
    return Finding(kind="refuse", capabilities=frozenset({"export_record"}))


def _child(facts: OpenKind, here: Context) -> Finding | None:
    is_child = facts.age_years < here.knobs["data_consent_age"]
    return REFUSE if is_child and not facts.guardian_named else None


def _older_minor(facts: OpenKind, here: Context) -> Finding | None:
    is_older = is_minor(facts.age_years, here) and facts.age_years >= here.knobs["data_consent_age"]
    return REFUSE if is_older and not facts.guardian_named else None


_LET_THE_GUARDIAN = Text(
    "请由登记的监护人用自己的账号提问。",
    "Please let the registered guardian ask, with the guardian's own account.",
)

RULES: tuple[Rule[OpenKind], ...] = (
    Rule(
        cites=law.R01,
        text=Text("本院目前不开设这类线上服务。", "This kind of online visit is not offered here."),
        instead=Text(
            "可以改选咨询，或到医院就诊。", "You can ask for advice instead, or visit a hospital."
        ),
        when=lambda facts: not wants_first_visit(facts),
        check=_kind,
    ),
    Rule(
        cites=law.R02,
        text=Text(
            "第一次看的病不能在网上诊断或开药。",
            "A condition seen for the first time is not diagnosed or treated with medicines online.",
        ),
        instead=Text(
            "可以先在线咨询；需要诊断或用药，请到医院就诊。",
            "You can ask for advice online; for a diagnosis or a medicine please visit a hospital.",
        ),
        check=_first_visit,
    ),
    Rule(
        cites=law.R04,
        text=Text(
            "复诊需要写明诊断的既往病历，目前还没有。",
            "A follow-up needs a record of an earlier visit that states the diagnosis; none is here.",
        ),
        instead=Text(
            "请上传门诊或住院病历、出院小结或诊断证明中的任意一种。",
            "Please add an outpatient or inpatient record, a discharge summary or a certificate.",
        ),
        when=seeks_care,
        check=_proof,
    ),
    Rule(
        cites=law.R04,
        text=Text(
            "已提供既往病历，等待医生判断是否属于复诊；判断之前按咨询进行，不能开处方。",
            "A record of an earlier visit is here. Until the doctor has judged whether this is a"
            " follow-up, the visit is advice and nothing may be prescribed.",
        ),
        instead=Text(
            "医生查看后，双方都会看到结果。",
            "Both sides are told as soon as the doctor has looked at it.",
        ),
        when=seeks_care,
        check=_unjudged,
    ),
    Rule(
        cites=law.R04_OURS,
        text=Text(
            "诊断证明的日期已超过{follow_up_proof_max_age}天（本院的提醒，不是法定期限）。",
            "The proof is older than {follow_up_proof_max_age} days (our reminder, no legal limit).",
        ),
        instead=Text(
            "请医生确认病情是否仍与当时一致；如有新的病历，请补充。",
            "The doctor should confirm that it still applies; please add a newer record if any.",
        ),
        when=seeks_care,
        check=_old_proof,
    ),
    Rule(
        cites=law.R05,
        text=Text(
            "这次的问题与证明上的诊断不同，不能按复诊开药。",
            "This is not the diagnosis in the proof, so it is no follow-up and nothing is prescribed.",
        ),
        instead=Text(
            "可以在线咨询；新的问题请到医院就诊。",
            "You can ask for advice online; for the new problem please visit a hospital.",
        ),
        when=seeks_care,
        check=_same_diagnosis,
    ),
    Rule(
        cites=law.R06,
        text=Text(
            "病情有变化，不适合继续线上诊疗。",
            "The condition has changed; online care has to stop here.",
        ),
        instead=Text(
            "请尽快到医院就诊；情况紧急时请拨打{emergency_number}。",
            "Please go to a hospital soon; in an emergency call {emergency_number}.",
        ),
        check=lambda facts, _here: (
            Finding(kind="stop_and_refer") if facts.condition_changed else None
        ),
    ),
    Rule(
        cites=law.R08,
        text=Text(
            "本次为咨询：医生提供建议，不作诊断，不开处方。",
            "This visit is advice: the doctor advises, and neither diagnoses nor prescribes.",
        ),
        instead=Text(
            "如已在医院确诊，请补充病历后申请复诊。",
            "If a hospital has made the diagnosis, add its record and ask for a follow-up.",
        ),
        when=lambda facts: not wants_first_visit(facts),
        check=_advice,
    ),
    Rule(
        cites=law.R09,
        text=Text(
            "该医疗机构目前没有有效的执业许可。",
            "The institution has no valid practising licence at present.",
        ),
        instead=Text("请选择其他医疗机构。", "Please choose another institution."),
        check=lambda facts, _here: None if facts.institution_licensed else REFUSE,
    ),
    Rule(
        cites=law.R13,
        text=Text(
            "开始就诊前，需要您同意现行版本的知情同意书。",
            "A visit begins only when you have agreed to the present consent text.",
        ),
        instead=Text(
            "请阅读知情同意书，同意后即可开始。",
            "Please read the consent text; you can begin once you agree.",
        ),
        check=lambda facts, _here: None if consent_holds(facts) else REFUSE,
    ),
    Rule(
        cites=law.R20,
        text=Text(
            "就诊人还没有完成实名认证。", "The patient's true identity has not been verified yet."
        ),
        instead=Text("请先完成实名登记。", "Please complete the registration first."),
        check=lambda facts, _here: None if facts.identity_verified else REFUSE,
    ),
    Rule(
        cites=law.R52,
        text=Text(
            "您已撤回同意，不再接受新的就诊；已有病历按规定继续保存。",
            "You have withdrawn consent: no new visit begins, and the record so far is kept as the"
            " law demands.",
        ),
        instead=Text(
            "您可以查看和导出自己的病历，也可以随时重新同意。",
            "You can read and export your record, and agree again at any time.",
        ),
        check=_withdrawn,
    ),
    relative_agrees(law.R13_RELATIVE),
    Rule(
        cites=law.R49_GUARDIAN,
        text=Text(
            "未满{data_consent_age}周岁的儿童，须由监护人同意并代为提问。",
            "For a child under {data_consent_age} the guardian consents and asks.",
        ),
        instead=_LET_THE_GUARDIAN,
        when=asks_for_another,
        check=_child,
    ),
    Rule(
        cites=law.R49_OURS,
        text=Text(
            "未满{guardian_age}周岁须由监护人代为提问（本院规定）。",
            "For who is under {guardian_age} the guardian asks (a rule of this house).",
        ),
        instead=_LET_THE_GUARDIAN,
        when=asks_for_another,
        check=_older_minor,
    ),
    asker_named(),
)
