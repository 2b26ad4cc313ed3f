"""India: may this person be registered, and with which proof (IN4)."""

from xinglin.kernel.dates import age_on
from xinglin.kernel.text import Text
from xinglin.policy.facts import RegisterPatient
from xinglin.policy.house import is_minor, phone_needed
from xinglin.policy.jurisdictions.india import law
from xinglin.policy.terms import REFUSE, Context, Finding, Rule


def _name_and_age(facts: RegisterPatient, here: Context) -> Finding | None:
    return None if facts.real_name.strip() and facts.birth_date <= here.on else REFUSE


def _minor(facts: RegisterPatient, here: Context) -> Finding | None:
    minor = is_minor(age_on(min(facts.birth_date, here.on), here.on), here)
    with_adult = facts.guardian_registers and facts.relation != "self"
    return REFUSE if minor and not with_adult else None


RULES: tuple[Rule[RegisterPatient], ...] = (
    Rule(
        cites=law.IN4,
        text=Text("须填写患者的姓名和年龄。", "The patient's name and age must be given."),
        instead=Text("请补充姓名和出生日期。", "Please add name and birth date."),
        check=_name_and_age,
    ),
    Rule(
        cites=law.IN4,
        text=Text(
            "未成年人须由成年人陪同就诊，并由其登记。",
            "A minor is seen only with an adult, who registers the minor.",
        ),
        instead=Text(
            "请由监护人登录并添加患者。", "Please let a guardian sign in and add the patient."
        ),
        check=_minor,
    ),
    phone_needed(),
)
