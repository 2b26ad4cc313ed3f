"""China: may this person be registered, and with which proof (R20, R49)."""

from xinglin.kernel.dates import age_on
from xinglin.kernel.errors import Invalid
from xinglin.kernel.identity import RESIDENT_ID, read_document, read_resident_id
from xinglin.kernel.text import Text
from xinglin.policy.facts import RegisterPatient
from xinglin.policy.house import is_minor, phone_needed
from xinglin.policy.jurisdictions.cn import law
from xinglin.policy.terms import REFUSE, Context, Finding, Rule


def _name(facts: RegisterPatient, _here: Context) -> Finding | None:
    return None if facts.real_name.strip() else REFUSE


def _document(facts: RegisterPatient, here: Context) -> Finding | None:
    try:
        read_document(facts.id_type, facts.id_number, on=here.on)
    except Invalid:
        return REFUSE
    return None


def _birth_date(facts: RegisterPatient, here: Context) -> Finding | None:
    """A wrong number is said by `_document`; here its birth date is compared with the one told."""
    if facts.birth_date > here.on:
        return REFUSE
    if facts.id_type != RESIDENT_ID or _document(facts, here):
        return None
    born = read_resident_id(facts.id_number, on=here.on).born
    return None if born == facts.birth_date else REFUSE


def _age(facts: RegisterPatient, here: Context) -> int:
    """A birth date in the future is said by `_birth_date`; whoever it is counts as a child."""
    return age_on(min(facts.birth_date, here.on), here.on)


def _by_guardian(facts: RegisterPatient) -> bool:
    return facts.guardian_registers and facts.relation != "self"


def _child(facts: RegisterPatient, here: Context) -> Finding | None:
    is_child = _age(facts, here) < here.knobs["data_consent_age"]
    return REFUSE if is_child and not _by_guardian(facts) else None


def _minor(facts: RegisterPatient, here: Context) -> Finding | None:
    age = _age(facts, here)
    is_older_minor = is_minor(age, here) and age >= here.knobs["data_consent_age"]
    return REFUSE if is_older_minor and not _by_guardian(facts) else None


_LET_THE_GUARDIAN = Text(
    "请由父母或其他监护人用自己的账号登录，把孩子添加为就诊人。",
    "Please let a parent or other guardian sign in and add the child as a family member.",
)

RULES: tuple[Rule[RegisterPatient], ...] = (
    Rule(
        cites=law.R20,
        text=Text("登记须填写真实姓名。", "Registration needs the true name."),
        instead=Text(
            "请填写与证件一致的姓名。", "Please give the name exactly as the document has it."
        ),
        check=_name,
    ),
    Rule(
        cites=law.R20,
        text=Text(
            "证件类型或证件号码不正确，无法实名登记。",
            "Kind or number of the identity document is not right, so nobody can be registered.",
        ),
        instead=Text("请对照证件重新填写。", "Please compare with the document and type it again."),
        check=_document,
    ),
    Rule(
        cites=law.R20,
        text=Text(
            "出生日期与证件不一致，或在今天之后。",
            "The birth date differs from the document or lies in the future.",
        ),
        instead=Text(
            "请按证件填写出生日期。", "Please give the birth date as the document has it."
        ),
        check=_birth_date,
    ),
    Rule(
        cites=law.R49_CONSENT,
        text=Text(
            "健康信息属于敏感个人信息，须取得单独同意。",
            "Health data are sensitive personal data and need a consent of their own.",
        ),
        instead=Text(
            "请阅读并同意《敏感个人信息处理单独同意书》；未成年人由监护人同意。",
            "Please read and agree to the separate text on sensitive data; a guardian does so for a"
            " minor.",
        ),
        check=lambda facts, _here: None if facts.sensitive_data_consent else REFUSE,
    ),
    Rule(
        cites=law.R49_GUARDIAN,
        text=Text(
            "未满{data_consent_age}周岁的儿童，须由监护人同意并登记。",
            "A child under {data_consent_age} is registered with the consent of a guardian.",
        ),
        instead=_LET_THE_GUARDIAN,
        check=_child,
    ),
    Rule(
        cites=law.R49_OURS,
        text=Text(
            "未满{guardian_age}周岁须由监护人登记（本院规定）。",
            "Who is under {guardian_age} is registered by a guardian (a rule of this house).",
        ),
        instead=_LET_THE_GUARDIAN,
        check=_minor,
    ),
    phone_needed(),
)
