"""China: how long a thing is kept, and whether it may be deleted now (R22, R38, R48, R52)."""

from datetime import datetime

from xinglin.kernel.dates import add_years
from xinglin.kernel.text import Text
from xinglin.policy.facts import Retain
from xinglin.policy.house import kept_while_unknown
from xinglin.policy.jurisdictions.cn import law
from xinglin.policy.terms import Context, Finding, Rule

_MEDIA = frozenset({"chat", "media", "audio", "video"})
_PRESCRIPTION = "prescription_"
_CLASSES = frozenset(
    {
        "ordinary",
        "emergency",
        "paediatric",
        "toxic",
        "psychotropic_2",
        "narcotic",
        "psychotropic_1",
    }
)


def _class_of(facts: Retain) -> str | None:
    found = facts.thing.removeprefix(_PRESCRIPTION)
    return found if found != facts.thing and found in _CLASSES else None


def _is_in_a_record(facts: Retain) -> bool:
    return facts.thing == "record" or (_class_of(facts) is not None and facts.in_record)


def is_known(facts: Retain) -> bool:
    return facts.thing in {"record", "audit", *_MEDIA} or _class_of(facts) is not None


def _after(facts: Retain, years: int, here: Context) -> datetime:
    """Counted on the local calendar; a thing of 29 February is kept until 1 March."""
    return add_years(facts.made_at.astimezone(here.zone), years)


def _internet_record(facts: Retain, here: Context) -> datetime:
    name = "retention_record" if _is_in_a_record(facts) else "retention_media"
    return _after(facts, here.knobs[name], here)


def _prescription(facts: Retain, here: Context) -> datetime:
    return _after(facts, here.knobs["retention_rx"][_class_of(facts)], here)


def _audit(facts: Retain, here: Context) -> datetime:
    return _after(facts, here.knobs["audit_retention"], here)


def _duty(facts: Retain, until: datetime) -> Finding:
    running = facts.now < until
    return Finding(
        kind="refuse" if running else "allow",
        capabilities=frozenset({"export_record"}),
        retain_until=until,
    )


RULES: tuple[Rule[Retain], ...] = (
    Rule(
        cites=law.R22,
        text=Text(
            "互联网诊疗的病历至少保存{retention_record}年，聊天记录和音视频至少保存{retention_media}年。",
            "Internet records are kept for at least {retention_record} years, chats, audio and video"
            " for at least {retention_media}.",
        ),
        instead=Text(
            "期限届满前只能查看和导出，不能删除。",
            "Until then they can be read and exported, not deleted.",
        ),
        when=lambda facts: facts.thing in _MEDIA or _is_in_a_record(facts),
        check=lambda facts, here: _duty(facts, _internet_record(facts, here)),
    ),
    Rule(
        cites=law.R38,
        text=Text(
            "处方按类别保存：普通、急诊、儿科处方1年，医疗用毒性药品和第二类精神药品处方2年，"
            "麻醉药品和第一类精神药品处方3年。",
            "Prescriptions are kept by class: ordinary, emergency and paediatric 1 year; toxic and"
            " psychotropic class II 2 years; narcotic and psychotropic class I 3 years.",
        ),
        instead=Text(
            "期限届满前只能查看和导出，不能删除。",
            "Until then they can be read and exported, not deleted.",
        ),
        when=lambda facts: _class_of(facts) is not None,
        check=lambda facts, here: _duty(facts, _prescription(facts, here)),
    ),
    Rule(
        cites=law.R48,
        text=Text(
            "访问日志依法至少保存6个月，本院与病历同样保存{audit_retention}年。",
            "Audit logs are kept for at least 6 months by law, here as long as the record:"
            " {audit_retention} years.",
        ),
        instead=Text("期限届满前不能删除。", "They are not deleted before that."),
        when=lambda facts: facts.thing == "audit",
        check=lambda facts, here: _duty(facts, _audit(facts, here)),
    ),
)
_DUTIES = RULES


def _wish(facts: Retain, here: Context) -> Finding | None:
    duties = (rule.check(facts, here) for rule in _DUTIES if rule.when(facts))
    if not any(duty and duty.kind == "refuse" for duty in duties):
        return None
    return Finding(kind="refuse", capabilities=frozenset({"export_record"}))


RULES += (
    Rule(
        cites=law.R52,
        text=Text(
            "您可以查阅、复制、更正个人信息；但法定保存期内的资料，不能因申请而删除。",
            "You may read, copy and correct your data; what the law still keeps is not deleted on"
            " request.",
        ),
        instead=Text(
            "您可以现在导出副本；期限届满后可申请删除。",
            "You can export a copy now and ask for deletion when the time is over.",
        ),
        when=lambda facts: facts.wants_delete,
        check=_wish,
    ),
    kept_while_unknown(is_known),
)
