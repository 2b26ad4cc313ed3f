"""The signed record on paper, for the patient's hand at a site; set in one language.

For callers that have checked who asks: the assistant of the site is no party of the visit.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo
from typing import Any
from uuid import UUID

from xinglin.care.consultation import rules
from xinglin.care.consultation.models import RecordVersion
from xinglin.care.consultation.queries.record import newest_signed
from xinglin.care.consultation.queries.sites import WISHES
from xinglin.care.consultation.queries.visits import any_visit
from xinglin.care.people import queries as people
from xinglin.care.people.types import PatientCard, PractitionerCard
from xinglin.care.sites.types import KINDS, MEASURES
from xinglin.foundation.letters.types import Letter, Section
from xinglin.foundation.signing.types import Signature
from xinglin.kernel.errors import Conflict, NotFound
from xinglin.kernel.text import Text
from xinglin.policy.places import layers

_Lines = list[tuple[Text, Text | str]]
_SHOWN_AT = "%Y-%m-%d %H:%M"


class RecordAlteredError(Conflict):
    """What is stored is not what was signed."""

    code = "record_altered"
    text = Text(
        "病历的电子签名未通过校验，不能打印。请联系医院核实。",
        "The signature of the record does not fit what is stored, so it is not printed. Please ask the"
        " hospital to look into it.",
    )


def record_on_paper(consultation_id: UUID, lang: str) -> tuple[Letter, int]:
    """The version that holds, and its number; its signature is checked now.

    Raises:
        NotFound: nothing is signed yet.
        RecordAlteredError: the signature does not fit.
    """
    seen = any_visit(consultation_id)
    found = newest_signed(seen)
    if found is None:
        raise NotFound
    signed, signature, fits = found
    if not fits:
        raise RecordAlteredError
    patient = people.patient_card(seen.patient_id)
    doctor = people.practitioner(signed.practitioner_id)
    zone = layers(doctor.place)[-1].zone
    sections = [
        (_PATIENT, _who(patient)),
        (_RECORD, _fields(signed.fields)),
        *([(_SITE, _at_site(signed.site, zone))] if signed.site else []),
        (_SIGNED, [*_by(signed, doctor, seen.department, zone), *_proven_by(signature)]),
    ]
    letter = Letter(
        lang=lang,
        title=_TITLE.spoken(lang),
        house=doctor.hospital.spoken(lang),
        mark=_MARK.spoken(lang) if patient.synthetic or doctor.synthetic else "",
        foot=_FOOT.filled(id=consultation_id, version=signed.version).spoken(lang),
        sections=[_section(title, lines, lang) for title, lines in sections],
        closing=[_CLOSING.spoken(lang)],
    )
    return letter, signed.version


def _who(patient: PatientCard) -> _Lines:
    born = patient.birth_date
    return [
        (Text("姓名", "Name"), patient.name),
        (Text("性别", "Sex"), _SEXES.get(patient.sex, "-")),
        (
            Text("出生日期", "Born"),
            Text(f"{born}（{patient.age_text.zh}）", f"{born} ({patient.age_text.en})"),
        ),
    ]


def _fields(fields: Mapping[str, Any]) -> _Lines:
    lines: _Lines = []
    for name, label in rules.RECORD_FIELDS.items():
        found = fields.get(name)
        if name == "diagnoses":
            lines.append((label, _diagnoses(found or [])))
        else:
            lines.append((label, str(found or "")))
    return lines


def _diagnoses(found: Iterable[Mapping[str, str]]) -> Text:
    """The official list is Chinese, and has English names for some."""
    told = list(found)
    return Text(
        "；".join(f"{each['name_zh']}（{each['code']}）" for each in told),
        "; ".join(f"{each.get('name_en') or each['name_zh']} ({each['code']})" for each in told),
    )


def _at_site(site: Mapping[str, Any], zone: tzinfo) -> _Lines:
    """Where it was, who registered, the patient's wish, and each reading with its unit, its instrument and its time."""
    name, kind = Text(**site["name"]), KINDS[site["kind"]]
    where = Text(f"{name.zh}（{kind.zh} {site['code']}）", f"{name.en} ({kind.en} {site['code']})")
    return [
        (Text("站点", "Site"), where),
        (Text("登记店员", "Registered by"), site["assistant"]),
        (Text("店员是否在场", "Assistant in the room"), WISHES[site["stays"]]),
        *(_reading(each, zone) for each in site["readings"]),
    ]


def _reading(told: Mapping[str, Any], zone: tzinfo) -> tuple[Text, Text]:
    values, unit = told["values"], _UNITS.get(told["unit"], Text(told["unit"], told["unit"]))
    said = "/".join(f"{values[part]:g}" for part in MEASURES[told["kind"]].parts if part in values)
    at = _moment(datetime.fromisoformat(told["measured_at"]), zone)
    when = _CONTEXTS.get(told["context"])
    serial = told["instrument_serial"]
    by = Text(f"仪器 {serial}", f"instrument {serial}") if serial else _NO_INSTRUMENT
    who = told.get("taken_by")
    taken = Text(f"{who}记录", f"taken by {who}") if who else None
    zh = [
        f"{said} {unit.zh}",
        *([when.zh] if when else []),
        at,
        by.zh,
        *([taken.zh] if taken else []),
    ]
    en = [
        f"{said} {unit.en}",
        *([when.en] if when else []),
        at,
        by.en,
        *([taken.en] if taken else []),
    ]
    return MEASURES[told["kind"]].name, Text("，".join(zh), ", ".join(en))


def _by(signed: RecordVersion, doctor: PractitionerCard, department: str, zone: tzinfo) -> _Lines:
    name, title, version = doctor.name, doctor.title, signed.version
    return [
        (Text("医生", "Doctor"), Text(f"{name.zh} {title.zh}", f"{name.en}, {title.en}")),
        (Text("科室", "Department"), people.department(department).name),
        (Text("签署时间", "Signed"), _moment(signed.signed_at, zone)),
        (Text("版本", "Version"), Text(f"第{version}版", f"version {version}")),
        (Text("修改原因", "Why it was changed"), signed.reason),
    ]


def _proven_by(signature: Signature) -> _Lines:
    return [
        (Text("电子签名", "Signature"), f"{signature.algorithm} {signature.key_id}"),
        (Text("签名摘要", "SHA-256"), f"{signature.sha256[:32]}\n{signature.sha256[32:]}"),
    ]


def _moment(at: datetime, zone: tzinfo) -> str:
    local = at.astimezone(zone)
    return f"{local:{_SHOWN_AT}} {local:%Z}"


def _section(title: Text, lines: _Lines, lang: str) -> Section:
    """Without the lines that say nothing."""
    said = [
        (label.spoken(lang), words.spoken(lang) if isinstance(words, Text) else words)
        for label, words in lines
    ]
    return Section(title.spoken(lang), [(label, words) for label, words in said if words.strip()])


_SEXES = {"male": Text("男", "male"), "female": Text("女", "female")}
_CONTEXTS = {
    "fasting": Text("空腹", "fasting"),
    "after_meal": Text("餐后", "after a meal"),
    "random": Text("随机", "at random"),
}
# UCUM's own code -> as it is read.
_UNITS = {
    "mm[Hg]": Text("毫米汞柱", "mmHg"),
    "Cel": Text("℃", "°C"),
    "/min": Text("次/分", "per minute"),
}
_NO_INSTRUMENT = Text("未登记仪器", "instrument not noted")
_TITLE = Text("互联网诊疗病历小结", "Summary of the online visit")
_MARK = Text(
    "演示数据：这不是真实的患者或医生。", "Demonstration: neither patient nor doctor is real."
)
_FOOT = Text("问诊编号 {id} 第{version}版", "Visit {id}, version {version}")
_PATIENT = Text("患者", "Patient")
_RECORD = Text("病历", "Record")
_SITE = Text("就诊站点与测量", "Site and measurements")
_SIGNED = Text("签署", "Signed by")
_CLOSING = Text(
    "本页按医生电子签名的病历生成，打印时已核对签名。测量值由站点店员测得或由仪器传来，不是医生体格检查。",
    "Made from the record as the doctor signed it; the signature was checked when this was printed."
    " Measurements were taken by the site's assistant or sent by an instrument; they are no physical"
    " examination by the doctor.",
)
