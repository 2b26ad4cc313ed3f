"""Who took part in a visit, and what they had agreed to, for a dispute package (K10)."""

from collections.abc import Iterable
from datetime import datetime, tzinfo
from typing import Any
from uuid import UUID

from xinglin.care.people.models import Consent, Licence, ProxyConsent
from xinglin.care.people.queries.patients import patient_card
from xinglin.care.people.queries.practitioners import practitioners
from xinglin.foundation.copies.types import Part, Section
from xinglin.kernel.text import Text


def party_evidence(
    *,
    patient_id: UUID,
    holder_id: UUID,
    practitioner_ids: Iterable[UUID],
    proxy_consent_id: UUID | None,
    zone: tzinfo,
) -> Part:
    """The patient without identity number, the doctors with their licences, every consent.

    The caller has checked who asks and why, and audits it.
    """
    patient = patient_card(patient_id)
    doctors = practitioners(practitioner_ids)
    licences = Licence.objects.filter(practitioner_id__in=list(doctors)).order_by("id")
    consents = list(Consent.objects.filter(holder_id=holder_id).select_related("text"))
    asked = ProxyConsent.objects.select_related("text")
    proxy = asked.get(pk=proxy_consent_id) if proxy_consent_id else None
    data = {
        "patient": {
            "id": patient.id,
            "holder": holder_id,
            "name": patient.name,
            "sex": patient.sex,
            "birth_date": patient.birth_date,
            "relation": patient.relation,
        },
        "doctors": [
            {"id": each.id, "user": each.user_id, "name": each.name, "title": each.title}
            for each in doctors.values()
        ],
        "licences": [_licence(each) for each in licences],
        "consents": [_consent(each) for each in consents],
        "consent_of_relative": _proxy(proxy) if proxy else None,
    }
    lines: list[tuple[Text, Text | str]] = [(Text("就诊人", "Patient"), patient.name)]
    lines += [(each.title, each.name) for each in doctors.values()]
    agreed: list[tuple[Text, Text | str]] = [
        (Text(f"{each.text.kind} {each.text.version}版", f"{each.text.kind} {each.text.version}"),
         _dates(each.given_at, each.withdrawn_at, zone))
        for each in consents
    ]  # fmt: skip
    return Part(
        name="parties",
        data=data,
        sections=[
            Section(Text("当事人", "Who took part"), lines),
            Section(Text("知情同意", "Consent"), agreed),
        ],
    )


def _licence(row: Licence) -> dict[str, Any]:
    return {
        "practitioner": row.practitioner_id,
        "institution": row.institution_id,
        "number": row.number,
        "valid_from": row.valid_from,
        "valid_until": row.valid_until,
    }


def _consent(row: Consent) -> dict[str, Any]:
    return {
        "kind": row.text.kind,
        "version": row.text.version,
        "given_at": row.given_at,
        "withdrawn_at": row.withdrawn_at,
        "text": {"zh": row.text.text_zh, "en": row.text.text_en},
    }


def _proxy(row: ProxyConsent) -> dict[str, Any]:
    return {
        "id": row.pk,
        "version": row.text.version,
        "asked_at": row.asked_at,
        "given_at": row.given_at,
        "refused_at": row.refused_at,
        "withdrawn_at": row.withdrawn_at,
        "text": {"zh": row.text.text_zh, "en": row.text.text_en},
    }


def _dates(given: datetime, withdrawn: datetime | None, zone: tzinfo) -> Text:
    on = f"{given.astimezone(zone):%Y-%m-%d %H:%M}"
    if withdrawn is None:
        return Text(f"{on} 同意", f"given {on}")
    off = f"{withdrawn.astimezone(zone):%Y-%m-%d %H:%M}"
    return Text(f"{on} 同意，{off} 撤回", f"given {on}, withdrawn {off}")
