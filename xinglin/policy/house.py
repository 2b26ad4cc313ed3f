"""Defaults of this house where the law in hand is silent: no law, and never shown as law.

A jurisdiction takes up those that it needs.
"""

from collections.abc import Callable
from datetime import date

from xinglin.kernel.dates import age_on
from xinglin.kernel.text import Text
from xinglin.policy.facts import OpenKind, RegisterPatient, Retain, StaffEligibility
from xinglin.policy.terms import REFUSE, Citation, Context, Finding, Knob, Rule, Source

HOUSE = Source("XL", "本平台默认规则 (house default)", "-")

DOCTORS = frozenset({"doctor", "expert"})
LICENSED = DOCTORS | {"nurse", "pharmacist", "technician"}

# Of calls. Nobody is recorded without the consent of both sides; those in a call are told that quality
# control listens. `recording_rule`: both_consent or never.
CALL_KNOBS = (
    Knob(name="recording_rule", value="both_consent", rule="XL28", ours=True),
    Knob(name="call_observed_openly", value=True, rule="XL29", ours=True, stricter=max),
)


def ours(number: int) -> Citation:
    return Citation(id=f"XL{number}", source="house default", basis=(HOUSE,), status="ours")


def licence_holds(facts: StaffEligibility, on: date) -> bool:
    """A licence has a number, has begun, and ends at the moment it names, not after it."""
    ended = facts.licence_until is not None and facts.licence_until <= facts.now
    return bool(facts.licence_number.strip()) and facts.licence_from <= on and not ended


def unfit(facts: StaffEligibility) -> Finding:
    """No new visit; those that are open go to somebody else."""
    return Finding(kind="hand_over") if facts.open_visits else REFUSE


def consent_holds(facts: OpenKind) -> bool:
    return (
        facts.consent_given_version == facts.consent_required_version
        and not facts.consent_withdrawn
    )


def licence_needed(roles: frozenset[str]) -> Rule[StaffEligibility]:
    return Rule(
        cites=ours(1),
        text=Text(
            "执业证书缺失、尚未生效或已经到期，暂不能在本院执业。",
            "The professional licence is missing, not yet valid or has ended, so no work here.",
        ),
        instead=Text(
            "请上传有效的执业证书；通过审核后即可恢复。",
            "Please upload a valid licence; work can go on once it is approved.",
        ),
        when=lambda facts: facts.role in roles,
        check=lambda facts, here: None if licence_holds(facts, here.on) else unfit(facts),
    )


def only_people_treat(roles: frozenset[str]) -> Rule[StaffEligibility]:
    return Rule(
        cites=ours(2),
        text=Text(
            "医务人员的账号只能由真人持有，程序不能冒充或代替医务人员。",
            "Only a person may hold the account of a professional; no program may stand in for one.",
        ),
        instead=Text("请由医务人员本人登录。", "Please let the professional sign in personally."),
        when=lambda facts: facts.role in roles,
        check=lambda facts, _here: None if facts.is_human else unfit(facts),
    )


def not_suspended(roles: frozenset[str]) -> Rule[StaffEligibility]:
    return Rule(
        cites=ours(8),
        text=Text(
            "本院已暂停该医务人员的线上执业。",
            "This hospital has suspended the professional from seeing patients online.",
        ),
        instead=Text(
            "请联系本院管理员了解原因；恢复后即可继续接诊。",
            "Please ask the administrator for the reason; visits can be taken again once reinstated.",
        ),
        when=lambda facts: facts.role in roles,
        check=lambda facts, _here: unfit(facts) if facts.suspended else None,
    )


def kept_while_unknown(is_known: Callable[[Retain], bool]) -> Rule[Retain]:
    return Rule(
        cites=ours(3),
        text=Text(
            "尚未确认这类资料的保存期限，因此暂不删除。",
            "How long this must be kept is not yet known here, so it is not deleted.",
        ),
        instead=Text(
            "您可以先导出副本；请联系本院的隐私负责人处理。",
            "You can export a copy now; please ask our privacy officer to look into it.",
        ),
        when=lambda facts: not is_known(facts),
        check=lambda _facts, _here: Finding(
            kind="refuse", capabilities=frozenset({"export_record"})
        ),
    )


def phone_needed() -> Rule[RegisterPatient]:
    """Whom staff see before them is reached through the site."""
    return Rule(
        cites=ours(4),
        text=Text(
            "手机号还没有验证；我们需要在紧急时能联系到您。",
            "The phone number is not verified; we must be able to reach you when it is urgent.",
        ),
        instead=Text(
            "请用短信验证码验证手机号。", "Please verify the number with the code we send to it."
        ),
        when=lambda facts: not facts.seen_in_person,
        check=lambda facts, _here: None if facts.phone_verified else REFUSE,
    )


def consent_needed() -> Rule[OpenKind]:
    return Rule(
        cites=ours(5),
        text=Text(
            "您还没有同意现行的知情同意书，或已撤回同意，因此不能开始新的就诊。",
            "You have not agreed to the present consent text, or have withdrawn, so no new visit.",
        ),
        instead=Text(
            "请阅读并同意知情同意书后再开始。",
            "Please read the consent text and agree to it first.",
        ),
        check=lambda facts, _here: None if consent_holds(facts) else REFUSE,
    )


def is_minor(age_years: int, here: Context) -> bool:
    """Below the age at which a person registers alone (knob `guardian_age`)."""
    return bool(age_years < here.knobs["guardian_age"])


def asks_for_another(facts: OpenKind) -> bool:
    return facts.relation != "self"


def asker_named() -> Rule[OpenKind]:
    return Rule(
        cites=ours(6),
        text=Text(
            "代问的人还没有实名登记，病历无法写明是谁代问的。",
            "Who asks for another is not registered yet, so the record could not say who asked.",
        ),
        instead=Text(
            "请先在“我的家人”中登记您本人。", 'Please register yourself under "My family" first.'
        ),
        when=asks_for_another,
        check=lambda facts, _here: None if facts.asker_known else REFUSE,
    )


def relative_agrees(cites: Citation | None = None) -> Rule[OpenKind]:
    """An adult decides for oneself who may ask. `cites`: the law of the place, if one is in hand."""
    return Rule(
        cites=cites or ours(7),
        text=Text(
            "这位成年家人还没有同意由您代问。",
            "This adult relative has not agreed that you ask for them.",
        ),
        instead=Text(
            "请在“我的家人”中向家人的手机发送确认短信，家人同意后即可代问；家人也可以用自己的手机登录后提问。",
            'Under "My family", send a message to the relative\'s own phone; you can ask once they'
            " agree. They can also sign in with their own phone and ask themselves.",
        ),
        when=asks_for_another,
        check=lambda facts, here: (
            None if is_minor(facts.age_years, here) or facts.patient_agreed else REFUSE
        ),
    )


def name_and_birth_needed() -> Rule[RegisterPatient]:
    return Rule(
        cites=ours(22),
        text=Text(
            "须填写患者的姓名和出生日期。", "The patient's name and birth date must be given."
        ),
        instead=Text("请补充姓名和出生日期。", "Please add name and birth date."),
        check=lambda facts, here: (
            None if facts.real_name.strip() and facts.birth_date <= here.on else REFUSE
        ),
    )


def guardian_registers() -> Rule[RegisterPatient]:
    return Rule(
        cites=ours(23),
        text=Text(
            "未满{guardian_age}周岁须由监护人登记（本院规定）。",
            "Who is under {guardian_age} is registered by a guardian (a rule of this house).",
        ),
        instead=Text(
            "请由监护人登录并添加患者。", "Please let a guardian sign in and add the patient."
        ),
        check=_registered_alone,
    )


def _registered_alone(facts: RegisterPatient, here: Context) -> Finding | None:
    minor = is_minor(age_on(min(facts.birth_date, here.on), here.on), here)
    with_guardian = facts.guardian_registers and facts.relation != "self"
    return REFUSE if minor and not with_guardian else None


def identity_needed() -> Rule[OpenKind]:
    return Rule(
        cites=ours(22),
        text=Text("须确认患者的姓名和年龄。", "The patient's name and age must be known."),
        instead=Text("请先完成患者登记。", "Please complete the patient's registration."),
        check=lambda facts, _here: None if facts.identity_verified else REFUSE,
    )


def guardian_asks() -> Rule[OpenKind]:
    return Rule(
        cites=ours(23),
        text=Text(
            "未满{guardian_age}周岁须由监护人提问（本院规定）。",
            "For who is under {guardian_age} the guardian asks (a rule of this house).",
        ),
        instead=Text(
            "请由登记的监护人用自己的账号提问。",
            "Please let the registered guardian ask, with the guardian's own account.",
        ),
        check=lambda facts, here: (
            REFUSE if is_minor(facts.age_years, here) and not facts.guardian_named else None
        ),
    )
