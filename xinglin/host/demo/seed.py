"""Fills an empty database with the demo hospital, through the services that real people use."""

import base64
import json
import os
import secrets
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password

from xinglin.care.people import queries as people
from xinglin.care.people import services as people_services
from xinglin.care.people.services.employ import Employment, LicencePaper
from xinglin.care.prescribing.services.formulary import load_formulary
from xinglin.care.prescribing.services.pharmacists import PharmacistPaper, note_pharmacist
from xinglin.foundation.accounts import queries as accounts
from xinglin.foundation.accounts import services as account_services
from xinglin.foundation.accounts.types import Viewer
from xinglin.host.demo import phrases, sites, visits
from xinglin.host.demo.identity import synthetic_number
from xinglin.kernel import clock
from xinglin.kernel.text import Text

_DATA = Path(__file__).parent / "data"
_ROLES = {
    "administrator": Text("管理员", "Administrator"),
    "assistant": Text("医生助理", "Doctor's assistant"),
    "auditor": Text("审计员", "Auditor"),
    "operator": Text("运营", "Operator"),
    "pharmacist": Text("药师", "Pharmacist"),
    "pharmacy_head": Text("药学负责人", "Head of pharmacy"),
    "quality": Text("质控专员", "Quality officer"),
    "site_assistant": Text("站点店员", "Site assistant"),
}
# Whom the terminal names; the demo page shows everybody.
_IN_THE_TERMINAL = frozenset(
    {
        *("13800138001", "13800138002", "13800138003"),
        *("dr.gp1", "dr.paediatrics1", "dr.dermatology1"),
        *("operator", "admin", "auditor", "pharmacist1", "site1"),
    }
)


@dataclass
class Cast:
    """Who has an account by now. `people`: entries of the file that the demo page reads."""

    institution_id: UUID
    password: str
    password_hash: str
    users: dict[str, UUID] = field(default_factory=dict)
    patients: dict[str, list[UUID]] = field(default_factory=dict)
    people: list[dict[str, Any]] = field(default_factory=list)

    def viewer(self, name: str) -> Viewer:
        """As if that person had signed in, with a second factor where it is demanded."""
        user = get_user_model().objects.get(pk=self.users[name])
        return accounts.viewer_for(user, strong=True, address="", device="demo", session="")


def seed() -> None:
    """The whole hospital, after `founding.load_shipped`; the caller holds the transaction."""
    house = people_services.found_institution(
        code="demo",
        name=Text("杏林互联网医院（演示）", "Xinglin Internet Hospital (demo)"),
        licence_number="DEMO-110000-IH",
    )
    password = _password()
    cast = Cast(institution_id=house.id, password=password, password_hash=make_password(password))
    for family in _read("families.json")["families"]:
        _family(cast, family)
    found = _read("doctors.json")
    for doctor in found["doctors"]:
        _doctor(cast, doctor, found["hospitals"].get(doctor["hospital"]))
    for member in _read("staff.json")["staff"]:
        told = _ROLES[member["role"]]
        _staff(cast, member, role=member["role"], told=told, note=member["note"])
        if "licence" in member:
            _pharmacist(cast, member, member["licence"])
    _sites(cast, _read("sites.json"))
    load_formulary(cast.viewer("admin"), house)
    _phrases(cast, _read("phrases.json"))
    complaints = _read("complaints.json")
    for visit in _read("visits.json")["visits"]:
        holder = cast.viewer(visit["phone"])
        visits.finish(
            visit,
            complaints[visit["department"]][visit["complaint"]][holder.locale],
            holder=holder,
            patient_id=cast.patients[visit["phone"]][visit["patient"]],
            doctor=cast.viewer(visit["doctor"]),
        )
    _tell(cast.people)


def _sites(cast: Cast, told: dict[str, Any]) -> None:
    """The cards of their assistants say how a browser becomes a device of the site."""
    named = {name for each in told["sites"] for name in (*each["staff"], *each["doctors"])}
    doors = sites.found(
        told,
        admin=cast.viewer("admin"),
        institution_id=cast.institution_id,
        staff={name: cast.viewer(name) for name in named},
        at=clock.now(),
    )
    for person in cast.people:
        door = doors.get(person.get("username", ""))
        if door is not None:
            person.update(
                page="/site/",
                enrolment=door.enrolment,
                pin=door.pin,
                note={k: f"{door.site[k]} · {person['note'][k]}" for k in ("zh", "en")},
            )


def _phrases(cast: Cast, told: dict[str, Any]) -> None:
    phrases.write_for_departments(cast.viewer("admin"), told)
    for said in told["own"]:
        phrases.write_own(cast.viewer(said["username"]), [said])


def _family(cast: Cast, family: dict[str, Any]) -> None:
    """The account, its consent, and its patients."""
    phone, members = family["phone"], family["patients"]
    name = members[0]["name"] if members else ""
    cast.users[phone] = account_services.create_patient_account(
        phone=phone, display_name=name, locale=family["locale"], synthetic=True
    )
    holder = cast.viewer(phone)
    if members:
        consent = people.consent_status(holder.user_id)
        people_services.give_consent(
            holder, kind="service", version=consent.required_version, at=clock.now()
        )
    cast.patients[phone] = [
        _patient(holder, member, nth=10 * len(cast.users) + n) for n, member in enumerate(members)
    ]
    note = family["note"]
    cast.people.append(
        {
            "kind": "patient",
            "role": {"zh": "患者", "en": "Patient"},
            "name": {"zh": name or note["zh"], "en": name or note["en"]},
            "phone": phone,
            "page": "/",
            "note": note,
            "in_terminal": phone in _IN_THE_TERMINAL,
        }
    )


def _patient(holder: Viewer, member: dict[str, Any], *, nth: int) -> UUID:
    born = date.fromisoformat(member["born"])
    made = people_services.register_patient(
        holder,
        name=member["name"],
        id_type="01",
        id_number=synthetic_number(born, member["sex"], nth),
        relation=member["relation"],
        at=clock.now(),
    ).id
    if member.get("agreed"):
        people_services.note_agreement(holder, made, at=clock.now())
    return made


def _doctor(cast: Cast, doctor: dict[str, Any], hospital: dict[str, str] | None) -> None:
    username, since = doctor["username"], date.fromisoformat(doctor["independent_since"])
    department = people.department(doctor["departments"][0]).name
    title = people.titles()[doctor["title"]]
    role = Text(f"{department.zh} {title.zh}", f"{department.en}, {title.en.lower()}")
    _staff(cast, doctor, role="doctor", told=role, note=doctor["good_at"])
    people_services.employ_doctor(
        Viewer.system("demo"),
        user_id=cast.users[username],
        institution_id=cast.institution_id,
        employment=Employment(
            name=Text(**doctor["name"]),
            title_code=doctor["title"],
            departments=tuple(doctor["departments"]),
            licence=LicencePaper(
                number=doctor["licence"], valid_from=since, multi_site_filed=hospital is not None
            ),
            independent_since=since,
            hospital=Text(hospital["zh"], hospital["en"]) if hospital else None,
            hospital_grade=hospital["grade"] if hospital else "",
            good_at=Text(**doctor["good_at"]),
            languages=tuple(doctor.get("languages", ())),
            full_time=hospital is None,
            synthetic=True,
        ),
    )


def _pharmacist(cast: Cast, member: dict[str, Any], licence: dict[str, str]) -> None:
    """The licence on file: without it policy `review` lets nobody claim a prescription."""
    paper = PharmacistPaper(
        name=Text(**member["name"]),
        id_number=synthetic_number(
            date.fromisoformat(licence["born"]), licence["sex"], len(cast.users)
        ),
        title_code=licence["title"],
        licence_number=licence["number"],
        licence_from=date.fromisoformat(licence["from"]),
    )
    note_pharmacist(cast.viewer("admin"), cast.users[member["username"]], paper, at=clock.now())


def _staff(
    cast: Cast, person: dict[str, Any], *, role: str, told: Text, note: dict[str, str]
) -> None:
    username, name = person["username"], person["name"]
    totp_secret = base64.b32encode(secrets.token_bytes(20)).decode()
    cast.users[username] = account_services.create_staff(
        username=username,
        password=cast.password,
        password_hash=cast.password_hash,
        display_name=name["zh"],
        roles=[role],
        institution_id=cast.institution_id,
        synthetic=True,
        totp_secret=totp_secret,
    )
    cast.people.append(
        {
            "kind": "staff",
            "role": told.as_dict(),
            "name": name,
            "username": username,
            "password": cast.password,
            "totp_secret": totp_secret,
            "page": "/staff",
            "note": note,
            "in_terminal": username in _IN_THE_TERMINAL,
        }
    )


def _password() -> str:
    """One for all demo staff of this installation: it is printed, and read by people."""
    return "-".join(secrets.token_hex(2) for _ in range(3))


def _tell(everybody: list[dict[str, Any]]) -> None:
    """Before the commit: without this file nobody could sign in to what was committed."""
    path: Path = settings.DEMO_PEOPLE_FILE
    draft = path.with_suffix(".new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump({"people": everybody}, file, ensure_ascii=False, indent=1)
    draft.replace(path)


def _read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((_DATA / name).read_text(encoding="utf-8"))
    return found
