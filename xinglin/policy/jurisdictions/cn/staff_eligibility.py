"""China: who may work here, and as what (R14-R17)."""

from xinglin.kernel.dates import add_years
from xinglin.kernel.text import Text
from xinglin.policy.facts import StaffEligibility
from xinglin.policy.house import (
    DOCTORS,
    LICENSED,
    licence_holds,
    licence_needed,
    not_suspended,
    only_people_treat,
    unfit,
)
from xinglin.policy.jurisdictions.cn import law
from xinglin.policy.terms import Context, Finding, Rule

_IN_THE_REGISTER = DOCTORS | {"nurse"}


def is_doctor(facts: StaffEligibility) -> bool:
    return facts.role in DOCTORS


def _licence(facts: StaffEligibility, here: Context) -> Finding | None:
    return None if licence_holds(facts, here.on) else unfit(facts)


def _experience(facts: StaffEligibility, here: Context) -> Finding | None:
    since = facts.independent_since
    if since is not None and add_years(since, here.knobs["doctor_min_years"]) <= here.on:
        return None
    return unfit(facts)


def _site(facts: StaffEligibility, here: Context) -> Finding | None:
    at_home = facts.registered_here or facts.multi_site_filed
    return None if at_home or not here.knobs["multi_site_required"] else unfit(facts)


RULES: tuple[Rule[StaffEligibility], ...] = (
    Rule(
        cites=law.R14,
        text=Text(
            "医师执业证书缺失、尚未生效或已经到期，不能接诊。",
            "The doctor's licence is missing, not yet valid or has ended, so no visit may be taken.",
        ),
        instead=Text(
            "请上传有效的执业证书；未结束的就诊将转给其他医生。",
            "Please upload a valid licence; open visits are handed to another doctor.",
        ),
        when=is_doctor,
        check=_licence,
    ),
    Rule(
        cites=law.R14,
        text=Text(
            "线上接诊的医师须有{doctor_min_years}年以上独立临床工作经验。",
            "A doctor needs {doctor_min_years} years of independent clinical work to see patients"
            " online.",
        ),
        instead=Text(
            "满{doctor_min_years}年后再申请；如记录有误，请补充证明。",
            "Please apply once the {doctor_min_years} years are complete, or correct the record.",
        ),
        when=is_doctor,
        check=_experience,
    ),
    Rule(
        cites=law.R14,
        text=Text(
            "还没有取得医师注册机构的同意。",
            "The institution where the doctor is registered has not consented.",
        ),
        instead=Text("请提交注册机构的同意书。", "Please hand in the consent of that institution."),
        when=is_doctor,
        check=lambda facts, _here: None if facts.institution_consented else unfit(facts),
    ),
    Rule(
        cites=law.R15,
        text=Text(
            "在国家电子化注册系统中没有有效的注册信息。",
            "There is no valid entry in the national electronic registration.",
        ),
        instead=Text(
            "请核对执业证书编码和有效期，更新后再提交。",
            "Please compare number and term of the licence, mend them and hand them in again.",
        ),
        when=lambda facts: facts.role in _IN_THE_REGISTER,
        check=_licence,
    ),
    Rule(
        cites=law.R16,
        text=Text(
            "接诊的必须是医师本人，任何人和人工智能软件都不得冒用或代替。",
            "Only the doctor in person sees patients; no other person and no software may do so.",
        ),
        instead=Text("请由医师本人登录并接诊。", "Please let the doctor sign in personally."),
        when=is_doctor,
        check=lambda facts, _here: None if facts.is_human else unfit(facts),
    ),
    Rule(
        cites=law.R17,
        text=Text(
            "在主要执业机构以外执业，须办理多机构执业注册或备案。",
            "Work outside the main institution must be registered or filed as multi-site work.",
        ),
        instead=Text(
            "请先办理多机构执业备案，再上传凭证。",
            "Please file the multi-site work and upload the confirmation.",
        ),
        when=lambda facts: facts.role in _IN_THE_REGISTER,
        check=_site,
    ),
    licence_needed(LICENSED - _IN_THE_REGISTER),
    only_people_treat(LICENSED - DOCTORS),
    not_suspended(LICENSED),
)
