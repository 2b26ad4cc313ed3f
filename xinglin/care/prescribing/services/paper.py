"""What stands on the sheet of paper: a prescription as it is known in China, in both languages.

The names are those of the day on which it is made; all else is of what was signed. The template is
`data/sheet.typ`.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import qrcode  # type: ignore[import-untyped]  # its types are a package of their own
import qrcode.image.svg  # type: ignore[import-untyped]  # the same

from xinglin.care.people import queries as people
from xinglin.care.prescribing import rules, sheet
from xinglin.care.prescribing.models import (
    FirstReview,
    Prescription,
    PrescriptionReview,
    PrescriptionVersion,
)
from xinglin.care.prescribing.queries import signed
from xinglin.care.prescribing.queries.repeats import allowed
from xinglin.care.prescribing.queries.reviews import amount_of, use_of
from xinglin.care.prescribing.queries.verifying import first_of
from xinglin.foundation.letters import services as letters
from xinglin.foundation.signing.services import fingerprint
from xinglin.foundation.signing.services.authorities import is_demonstration
from xinglin.kernel.text import Text
from xinglin.policy.places import layers

TEMPLATE: Final = Path(__file__).parents[1] / "data" / "sheet.typ"
_SEXES: Final = {"male": Text("男", "male"), "female": Text("女", "female")}


def as_pdf(row: Prescription, version: PrescriptionVersion, review: PrescriptionReview) -> bytes:
    """Raises Unavailable: it could not be set."""
    return letters.typeset(TEMPLATE, told(row, version, review))


def told(
    row: Prescription, version: PrescriptionVersion, review: PrescriptionReview
) -> dict[str, Any]:
    """All words of the sheet, as the template takes them."""
    house = people.institution(row.institution_id)
    zone = layers(house.place)[-1].zone
    content = version.content
    return {
        "title": f"{_HEADING.zh} {row.pk}",
        "house": house.name.as_dict(),
        "heading": _HEADING.as_dict(),
        "kind": sheet.SHEETS[row.sheet].as_dict(),
        "number": str(row.pk),
        "number_label": f"{_NUMBER.zh} {_NUMBER.en}",
        "qr": _qr(row.pk),
        "mark": _MARK.as_dict() if is_demonstration() else None,
        "facts": _facts(row, content, zone),
        "items": [_item(each) for each in content["items"]],
        "quantity_label": _QUANTITY.as_dict(),
        "nothing_below": _NOTHING_BELOW.as_dict(),
        "signers": [_doctor(row, version, zone), *_pharmacists(version, review, zone)],
        "times": _times(row, zone),
        "notes": [each.as_dict() for each in _NOTES],
    }


def _facts(row: Prescription, content: Mapping[str, Any], zone: tzinfo) -> list[dict[str, Any]]:
    patient = people.patient_card(row.patient_id)
    found: list[tuple[Text, Text, int]] = [
        (_NAME, _same(patient.name), 1),
        (_SEX, _SEXES.get(content["patient"]["sex"], _UNKNOWN), 1),
        (_AGE, Text(**content["patient"]["age"]), 1),
        (_DEPARTMENT, people.department(row.department).name, 1),
        (_WRITTEN, _same(content["written_on"]), 2),
        (_SORT, _OUTPATIENT, 2),
        (_DIAGNOSIS, _diagnoses(content["diagnoses"]), 4),
        *((label, words, 4) for label, words in _of_supply(content, zone)),
    ]
    return [
        {"label": label.as_dict(), "words": words.as_dict(), "wide": wide}
        for label, words, wide in found
    ]


def _of_supply(content: Mapping[str, Any], zone: tzinfo) -> Iterator[tuple[Text, Text]]:
    """Why it is longer than usual (R34), who has agreed to it (R41), and how often it may be fetched."""
    said, consent = content["told"], content.get("consent")
    if said.get("longer_for") or said.get("longer_reason"):
        yield _LONGER, _why(said)
    if consent:
        who = _CONSENTING[consent["role"]]
        at = _moment(datetime.fromisoformat(consent["signed_at"]), zone)
        yield _CONSENT, _AGREED.filled(zh=who.zh, en=who.en, at=at)
    if often := allowed(content):
        yield _REPEATS, _AGAIN.filled(times=str(often), days=str(said["repeat_after_days"]))


def _why(said: Mapping[str, Any]) -> Text:
    """The doctor's own words stand there once."""
    known, reason = sheet.LONGER_FOR.get(said.get("longer_for", "")), said.get("longer_reason")
    if known and reason:
        return Text(f"{known.zh}：{reason}", known.en)
    return known or _same(str(reason))


def _item(told: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": told["name"],
        "strength": told["strength"],
        "form": rules.FORMS.get(told["form"], _same(told["form"])).as_dict(),
        "use": use_of(told).as_dict(),
        "quantity": amount_of(told["quantity"], told["quantity_unit"]).as_dict(),
    }


def _doctor(row: Prescription, version: PrescriptionVersion, zone: tzinfo) -> dict[str, Any]:
    doctor = people.practitioners([row.practitioner_id])[row.practitioner_id]
    return _signer(_DOCTOR, doctor.name, doctor.title, version, version.signed_at, zone)


def _pharmacists(
    version: PrescriptionVersion, review: PrescriptionReview, zone: tzinfo
) -> list[dict[str, Any]]:
    """One, or both where two were asked for, the first one first."""
    first = first_of(version)
    found: list[tuple[Text, FirstReview | PrescriptionReview]] = [(_PHARMACIST, review)]
    if first:
        found = [(_FIRST, first), (_SECOND, review)]
    names = signed.pharmacist_names(each.reviewed_by for _, each in found)
    return [
        _signer(role, names[each.reviewed_by], _REVIEWED, each, each.reviewed_at, zone)
        for role, each in found
    ]


def _signer(
    role: Text,
    name: Text,
    title: Text,
    made: PrescriptionVersion | PrescriptionReview | FirstReview,
    at: datetime,
    zone: tzinfo,
) -> dict[str, Any]:
    return {
        "role": role.as_dict(),
        "name": name.as_dict(),
        "title": title.as_dict(),
        "signed": _SIGNED.as_dict(),
        "at": _moment(at, zone),
        "certificate": f"{_CERTIFICATE} {fingerprint(made.key_id)}",
    }


def _times(row: Prescription, zone: tzinfo) -> list[dict[str, Any]]:
    told = [(_EFFECTIVE, row.effective_at), (_UNTIL, row.expires_at)]
    return [{"label": label.as_dict(), "words": _moment(at, zone)} for label, at in told if at]


def _moment(at: datetime, zone: tzinfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


def _qr(number: UUID) -> str:
    """Of the number alone: the ticket is a secret, and not on the paper."""
    made = qrcode.make(str(number), image_factory=qrcode.image.svg.SvgPathImage, border=1)
    found: str = made.to_string(encoding="unicode")
    return found


def _diagnoses(told: Sequence[Mapping[str, str]]) -> Text:
    """The official list is Chinese, and has English names for some."""
    zh = "；".join(f"{each['name_zh']}（{each['code']}）" for each in told)
    return Text(zh, "; ".join(each["name_en"] for each in told if each["name_en"]) or zh)


def _same(words: str) -> Text:
    return Text(words or "—", words or "—")


_HEADING = Text("处方笺", "Prescription")
_NUMBER = Text("处方编号", "No.")
_MARK = Text(
    "演示：所用证书与时间戳由演示机构签发，不具法律效力，不能凭此取药。",
    "Demonstration: certificates and time stamp are of a demonstration authority, without legal effect;"
    " no medicine may be handed out for it.",
)
_NAME, _SEX, _AGE = Text("姓名", "Name"), Text("性别", "Sex"), Text("年龄", "Age")
_UNKNOWN = Text("未知", "not known")
_DEPARTMENT = Text("科别", "Department")
_WRITTEN = Text("开具日期", "Written on")
_SORT = Text("类别", "Kind of visit")
_OUTPATIENT = Text("互联网诊疗", "online")
_DIAGNOSIS = Text("临床诊断", "Diagnosis")
_LONGER = Text("延长用药理由", "Why for longer")
_CONSENT = Text("长期处方知情同意", "Consent to a long supply")
_CONSENTING: Final = {
    "self": Text("患者本人", "the patient"),
    "guardian": Text("监护人", "the guardian"),
    "proxy": Text("代问人", "the patient's proxy"),
}
_AGREED = Text("{zh}已签名同意（{at}）", "signed by {en}, {at}")
_REPEATS = Text("重复取药", "Repeats")
_AGAIN = Text(
    "首次取药后可再取 {times} 次，每次间隔 {days} 天",
    "{times} after the first, each {days} days after the last",
)
_QUANTITY = Text("数量", "Quantity")
_NOTHING_BELOW = Text("（以下空白）", "nothing below this line")
_DOCTOR = Text("医师", "Doctor")
_PHARMACIST = Text("审核药师", "Reviewing pharmacist")
_FIRST, _SECOND = Text("初审药师", "First pharmacist"), Text("复审药师", "Second pharmacist")
_REVIEWED = Text("药师", "pharmacist")
_SIGNED = Text("电子签名", "signed electronically")
_EFFECTIVE = Text("曾于此时生效", "Took effect at")
_UNTIL = Text("有效期至（不含）", "Valid until, not including")
_CERTIFICATE: Final = "证书 certificate"
_NOTES = (
    Text(
        "取药以本人应用中的一次性处方凭证为准，本页不是取药凭证；作废、已取药与过期以医院系统为准。",
        "Medicine is handed out for the single-use ticket in the patient's app, not for this page. Whether"
        " it was voided, dispensed or has expired is told by the hospital.",
    ),
    Text(
        "医师与药师签署的原文（含过敏情况、用药安全检查报告与医师继续用药的理由）、签名与证书在附件"
        " prescription.json 中，转发本文件即一并转发；全文由医院电子签章并加盖时间戳。",
        "What doctor and pharmacist signed, their signatures and certificates are in the attachment"
        " prescription.json: all of it, with allergies, the report of the safety check and the doctor's reasons"
        " for going on over a warning. Whoever gets this file gets that too. The hospital has sealed the"
        " whole file, with a time stamp.",
    ),
)
