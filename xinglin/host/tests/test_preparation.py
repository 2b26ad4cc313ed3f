"""The demo hospital: lawful, invented, and alive from the first minute."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction
from django.test import override_settings

from xinglin.care.consultation.models import Consultation, Rating, RecordVersion
from xinglin.care.people import queries as people
from xinglin.care.people.models import Licence, Patient, Practitioner
from xinglin.care.people.queries.hospital import forget_departments
from xinglin.care.triage.services.looking import look
from xinglin.foundation.audit import services as audit
from xinglin.host import preparation, welcome
from xinglin.host.demo import seed
from xinglin.host.demo.identity import REGION
from xinglin.host.welcome import Voice
from xinglin.kernel import clock
from xinglin.policy.rules import decide, local_date

# The hospital is filled once and looked at by all tests here; nobody changes it.
# The second mark makes the test database.
pytestmark = [pytest.mark.usefixtures("demo"), pytest.mark.django_db]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any, folder: Path) -> Iterator[None]:
    """In one transaction that is rolled back."""
    elsewhere = override_settings(DEMO_PEOPLE_FILE=folder / "demo_people.json")
    with django_db_blocker.unblock(), elsewhere, transaction.atomic():
        preparation.fill(Voice("en"), demo=True)
        yield
        transaction.set_rollback(True)
    forget_departments()


def told(folder: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((folder / "demo_people.json").read_text())["people"]
    return found


def test_every_department_has_a_chief_and_an_associate_chief() -> None:
    """R18."""
    own = {
        (d.department_id, p.title_code)
        for p in Practitioner.objects.prefetch_related("departments")
        for d in p.departments.all()
        if d.fit == 1
    }
    wanted = {(d.slug, t) for d in people.departments() for t in ("231", "232")}
    assert len(people.departments()) == 17
    assert wanted <= own
    assert Practitioner.objects.count() == 40


def test_the_law_lets_every_demo_doctor_work() -> None:
    at = clock.now()
    refused = [
        (p.name_en, verdict.refusals)
        for p in Practitioner.objects.all()
        if (
            verdict := decide(
                "staff_eligibility",
                people.staff_facts(p.pk, at, 0),
                place="cn",
                on=local_date(at, "cn"),
            )
        ).refusals
    ]
    assert refused == []


def test_nobody_in_it_can_be_taken_for_real() -> None:
    assert not get_user_model().objects.filter(synthetic=False).exists()
    assert not Practitioner.objects.filter(synthetic=False).exists()
    assert not Patient.objects.filter(synthetic=False).exists()
    assert all(
        number.startswith("DEMO-") for number in Licence.objects.values_list("number", flat=True)
    )
    part_time = Practitioner.objects.filter(full_time=False)
    assert part_time.exists()
    assert all("demo" in doctor.hospital_en for doctor in part_time)
    assert REGION.endswith("0000")


def test_everybody_who_can_sign_in_is_on_the_demo_page(folder: Path) -> None:
    entries = told(folder)
    staff = {entry["username"] for entry in entries if entry["kind"] == "staff"}

    users = get_user_model().objects
    assert staff == set(users.exclude(roles=["patient"]).values_list("username", flat=True))
    assert len(entries) == users.count()
    assert all(entry["totp_secret"] for entry in entries if entry["kind"] == "staff")
    doctor = next(entry for entry in entries if entry.get("username") == "dr.gp1")
    assert users.get(username="dr.gp1").check_password(doctor["password"])
    assert (folder / "demo_people.json").stat().st_mode & 0o777 == 0o600


def test_the_terminal_names_few_of_them(folder: Path) -> None:
    """One of each desk, so that the table of `./run demo` fits a screen."""
    rows = welcome.people_rows(welcome.demo_people(folder / "demo_people.json"), Voice("en"))
    assert {signs_in_with for _, signs_in_with, _ in rows} == {
        *("13800138001", "13800138002", "13800138003"),
        *("dr.gp1", "dr.paediatrics1", "dr.dermatology1"),
        *("pharmacist1", "site1", "operator", "admin", "auditor"),
    }
    assert len(rows) < len(told(folder)) / 5


def test_past_visits_are_signed_ended_and_rated() -> None:
    visits = Consultation.objects.all()

    assert len(visits) == 6
    assert {(v.state, v.ending) for v in visits} == {("ended", "closed")}
    assert RecordVersion.objects.count() == Rating.objects.count() == 6
    audit.seal_pending()
    assert audit.verify().holds


def test_filled_again_nothing_is_added() -> None:
    before = (get_user_model().objects.count(), Consultation.objects.count())
    preparation.fill(Voice("en"), demo=True)
    assert (get_user_model().objects.count(), Consultation.objects.count()) == before


_SPEAKER = {"paediatrics": "陈思齐", "obgyn": "赵雨桐"}
COMPLAINTS: dict[str, list[dict[str, str]]] = json.loads(
    (Path(seed.__file__).parent / "data" / "complaints.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("department", COMPLAINTS)
def test_what_demo_people_say_is_no_emergency_and_mostly_finds_its_department(
    department: str,
) -> None:
    """A toddler's rash may well go to dermatology: it is a suggestion."""
    cards = people.patient_cards(Patient.objects.values_list("pk", flat=True)).values()
    speaker = next(c for c in cards if c.name == _SPEAKER.get(department, "陈志远"))
    said = [words for complaint in COMPLAINTS[department] for words in complaint.values()]

    assert len(said) == 6
    seen = {words: look(words, {}, speaker, at=clock.now()) for words in said}
    assert [words for words, one in seen.items() if one.level == "emergency"] == []
    found = [one.ranked[0][0] for one in seen.values()]
    assert found.count(department) >= 4, found


def test_demo_people_speak_in_every_department() -> None:
    assert set(COMPLAINTS) == {d.slug for d in people.departments()}
