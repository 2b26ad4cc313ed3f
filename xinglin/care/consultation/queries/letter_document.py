"""The letter as a FHIR R4 document: what a hospital's own system can read in; pure."""

from typing import Any, Final
from uuid import UUID, uuid5
from xml.sax.saxutils import escape

from xinglin.care.consultation.queries.letters import ReferralLetter, on_paper

_LOINC: Final = "http://loinc.org"
# LOINC 57133-1, Referral note.
_REFERRAL_NOTE: Final = {"system": _LOINC, "code": "57133-1", "display": "Referral note"}
_GENDERS: Final = {"male": "male", "female": "female"}
# How soon -> FHIR's request-priority.
_PRIORITIES: Final = {"now": "stat", "today": "urgent", "days": "routine"}
# Of the demonstration: no system takes it for a real patient's.
_TEST: Final = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "HTEST"}
_XHTML: Final = "http://www.w3.org/1999/xhtml"


def as_document(told: ReferralLetter, lang: str) -> dict[str, Any]:
    """A Bundle of type document; the same letter has the same ids, whenever it is asked for."""
    at = told.issued_at.isoformat(timespec="seconds")
    refs = {
        name: uuid5(told.id, name)
        for name in ("document", "composition", "request", "hospital", "house")
    } | {"patient": told.patient_id, "doctor": told.doctor_id}
    resources = [
        ("composition", _composition(told, refs, lang, at)),
        ("patient", _patient(told)),
        ("doctor", _doctor(told, lang)),
        ("house", {"resourceType": "Organization", "name": told.house.spoken(lang)}),
        ("hospital", _hospital(told)),
        ("request", _request(told, refs, lang, at)),
    ]
    return {
        "resourceType": "Bundle",
        "id": str(refs["document"]),
        **({"meta": {"tag": [_TEST]}} if told.synthetic else {}),
        "language": "en" if lang == "en" else "zh-CN",
        "identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{refs['document']}"},
        "type": "document",
        "timestamp": at,
        "entry": [
            {
                "fullUrl": _urn(refs[name]),
                "resource": {**resource, "id": str(refs[name])},
            }
            for name, resource in resources
        ],
    }


def _urn(known: UUID) -> str:
    return f"urn:uuid:{known}"


def _to(known: UUID) -> dict[str, str]:
    return {"reference": _urn(known)}


def _composition(told: ReferralLetter, refs: dict[str, UUID], lang: str, at: str) -> dict[str, Any]:
    title = "Referral letter" if lang == "en" else "转诊信"
    return {
        "resourceType": "Composition",
        "language": "en" if lang == "en" else "zh-CN",
        "status": "final",
        "type": {"coding": [_REFERRAL_NOTE], "text": title},
        "subject": _to(refs["patient"]),
        "date": at,
        "author": [_to(refs["doctor"])],
        "title": title,
        "custodian": _to(refs["house"]),
        "section": [
            {
                "title": title,
                "text": {"status": "additional", "div": _narrative(told, lang)},
                "entry": [_to(refs["request"])],
            }
        ],
    }


def _narrative(told: ReferralLetter, lang: str) -> str:
    """All that stands on paper: the resources hold only a part of it."""
    paper = on_paper(told, lang)
    each = (f"{label}: {words}" for section in paper.sections for label, words in section.lines)
    said = (paper.mark, *each, *paper.closing)
    lines = "".join(
        f"<p>{escape(words).replace(chr(10), '<br/>')}</p>" for words in said if words.strip()
    )
    return f'<div xmlns="{_XHTML}">{lines}</div>'


def _patient(told: ReferralLetter) -> dict[str, Any]:
    return {
        "resourceType": "Patient",
        "name": [{"text": told.patient}],
        "gender": _GENDERS.get(told.sex, "unknown"),
        "birthDate": told.born.isoformat(),
    }


def _doctor(told: ReferralLetter, lang: str) -> dict[str, Any]:
    return {
        "resourceType": "Practitioner",
        "name": [{"text": told.doctor.spoken(lang)}],
        "qualification": [{"code": {"text": told.title.spoken(lang)}}],
    }


def _hospital(told: ReferralLetter) -> dict[str, Any]:
    booking = {"telecom": [{"system": "url", "value": told.booking_url}]}
    return {
        "resourceType": "Organization",
        "name": told.hospital,
        **(booking if told.booking_url else {}),
    }


def _request(told: ReferralLetter, refs: dict[str, UUID], lang: str, at: str) -> dict[str, Any]:
    what = "To be seen in person" if lang == "en" else "线下就诊"
    where = {"performerType": {"text": told.department}} if told.department.strip() else {}
    return {
        "resourceType": "ServiceRequest",
        "status": "active",
        "intent": "order",
        "priority": _PRIORITIES[told.urgency_code],
        "code": {"text": what},
        "subject": _to(refs["patient"]),
        "authoredOn": at,
        "requester": _to(refs["doctor"]),
        **where,
        "performer": [_to(refs["hospital"])],
        "reasonCode": [{"text": told.complaint}, {"text": told.reason.spoken(lang)}],
        **({"note": [{"text": told.clinical}]} if told.clinical else {}),
        "patientInstruction": told.advice,
    }
