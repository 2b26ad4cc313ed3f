"""The letter of a referral: for the patient's hand, and for whoever sees the patient there."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from xinglin.care.consultation import rules
from xinglin.care.consultation.models import Referral
from xinglin.care.consultation.queries.sites import SITE_LABEL, line_of_site
from xinglin.care.consultation.queries.visits import audit_read, visit
from xinglin.care.people import queries as people
from xinglin.care.triage import queries as triage
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.letters.types import Letter, Section
from xinglin.kernel.errors import NotFound
from xinglin.kernel.text import Text
from xinglin.policy.places import layers

_SEXES = {"male": Text("男", "male"), "female": Text("女", "female")}
_TITLE = Text("转诊信", "Referral letter")
_MARK = Text(
    "演示数据：这不是真实的患者或医生。", "Demonstration: neither patient nor doctor is real."
)
_FOOT = Text("问诊编号 {id}", "Visit {id}")
_CLOSING = (
    Text(
        "如病情突然加重，请立即拨打{number}。", "If it suddenly gets worse, call {number} at once."
    ),
    Text(
        "本信由互联网医院的医生在终止线上诊疗时出具（R06）；症状与过敏史为患者自述，医生未做体格检查。",
        "Issued by a doctor of the internet hospital on stopping online care (R06). Complaint and"
        " allergies are as the patient told them; there was no physical examination.",
    ),
)
_NOT_ASKED = Text("未询问", "not asked")
_Lines = list[tuple[Text, Text | str]]
_SHOWN_AT = "%Y-%m-%d %H:%M"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralLetter:
    """All that the letter says. `issued_at`: in the zone of the hospital that issues it."""

    id: UUID
    issued_at: datetime
    house_id: UUID
    house: Text
    patient_id: UUID
    patient: str = field(repr=False)
    sex: str
    born: date = field(repr=False)
    age: Text
    doctor_id: UUID
    doctor: Text
    title: Text
    from_department: Text
    complaint: str = field(repr=False)
    allergies: str | None = field(repr=False)
    reason: Text
    urgency_code: str
    urgency: Text
    hospital: str = field(repr=False)
    department: str = field(repr=False)
    booking_url: str = field(repr=False)
    advice: str = field(repr=False)
    clinical: str = field(repr=False)
    site: Text | None = field(repr=False)
    synthetic: bool
    emergency_number: str


def referral_letter(viewer: Viewer, consultation_id: UUID, *, form: str) -> ReferralLetter:
    """The reading is audited, with the form in which it leaves.

    Raises:
        NotFound: no referral; or for everybody but holder, doctor and former signers.
    """
    row = visit(viewer, consultation_id)
    told = Referral.objects.select_related("consultation").filter(pk=row.id).first()
    if told is None:
        raise NotFound
    patient = people.patient_card(row.patient_id)
    doctor = people.practitioner(told.practitioner_id)
    house = people.institution(told.consultation.institution_id)
    audit_read(viewer, row, "consultation.read_letter", form=form)
    return ReferralLetter(
        id=row.id,
        issued_at=told.issued_at.astimezone(layers(house.place)[-1].zone),
        house_id=house.id,
        house=house.name,
        patient_id=patient.id,
        patient=patient.name,
        sex=patient.sex,
        born=patient.birth_date,
        age=patient.age_text,
        doctor_id=doctor.id,
        doctor=doctor.name,
        title=doctor.title,
        from_department=people.department(row.department).name,
        complaint=row.complaint,
        allergies=row.allergies,
        reason=rules.STOP_REASONS[told.reason],
        urgency_code=told.urgency,
        urgency=rules.STOP_URGENCIES[told.urgency],
        hospital=told.hospital,
        department=told.department,
        booking_url=told.booking_url,
        advice=told.advice,
        clinical=told.clinical,
        site=line_of_site(row.walk_in_id, until=told.issued_at),
        synthetic=patient.synthetic or doctor.synthetic,
        emergency_number=triage.emergency_number(house.place, told.issued_at),
    )


def on_paper(told: ReferralLetter, lang: str) -> Letter:
    """In one language, to be set; what people wrote stays as they wrote it."""
    where: _Lines = [
        (Text("医院", "Hospital"), told.hospital),
        (Text("科室", "Department"), told.department),
        (Text("时间", "When"), told.urgency),
        (Text("预约", "To book"), told.booking_url),
    ]
    who: _Lines = [
        (Text("就诊人", "Patient"), told.patient),
        (Text("性别", "Sex"), _SEXES.get(told.sex, "-")),
        (Text("出生日期", "Born"), _born(told)),
    ]
    why: _Lines = [
        (Text("主诉", "Complaint"), told.complaint),
        (Text("过敏史", "Allergies"), _NOT_ASKED if told.allergies is None else told.allergies),
        (SITE_LABEL, told.site or ""),
        (Text("转诊原因", "Reason"), told.reason),
        (Text("给患者的建议", "Advice"), told.advice),
        (Text("给接诊医生", "To the doctor"), told.clinical),
    ]
    at = f"{told.issued_at:{_SHOWN_AT}} {told.issued_at:%Z}"
    by: _Lines = [
        (Text("医生", "Doctor"), _both(told.doctor, told.title)),
        (Text("科室", "Department"), told.from_department),
        (Text("时间", "Issued"), at),
    ]
    return Letter(
        lang=lang,
        title=_TITLE.spoken(lang),
        house=told.house.spoken(lang),
        mark=_MARK.spoken(lang) if told.synthetic else "",
        foot=_FOOT.filled(id=told.id).spoken(lang),
        sections=[
            _section(Text("请到", "Please go to"), where, lang),
            _section(Text("患者", "Patient"), who, lang),
            _section(Text("情况", "What it is about"), why, lang),
            _section(Text("出具", "Issued by"), by, lang),
        ],
        closing=[each.filled(number=told.emergency_number).spoken(lang) for each in _CLOSING],
    )


def _both(one: Text, other: Text) -> Text:
    return Text(f"{one.zh} {other.zh}", f"{one.en}, {other.en}")


def _born(told: ReferralLetter) -> Text:
    return Text(f"{told.born}（{told.age.zh}）", f"{told.born} ({told.age.en})")


def _section(title: Text, lines: _Lines, lang: str) -> Section:
    """Without the lines that say nothing."""
    said = [
        (label.spoken(lang), words.spoken(lang) if isinstance(words, Text) else words)
        for label, words in lines
    ]
    return Section(title.spoken(lang), [(label, words) for label, words in said if words.strip()])
