"""The back office: one door, the matrix's permission, services behind it, and a history."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.test import Client

from xinglin.care.people import queries, services
from xinglin.care.people.models import Department, Institution, Licence, Patient, Practitioner
from xinglin.care.people.queries.hospital import forget_departments
from xinglin.care.people.tests.factories import doctor as employ
from xinglin.care.people.tests.factories import hospital, patient_viewer, register
from xinglin.foundation.accounts.services import create_staff
from xinglin.foundation.audit.models import AuditLine
from xinglin.foundation.changes.queries import changes_of
from xinglin.foundation.outbox.models import OutboxEvent
from xinglin.kernel import clock

pytestmark = pytest.mark.django_db
_FIELD = re.compile(r'<(?:input|textarea|select)[^>]*name="([^"]+)"')


@pytest.fixture(autouse=True)
def _departments_are_forgotten():
    yield
    forget_departments()


@pytest.fixture
def house():
    return hospital()


def member(house, role="administrator", *, name="admin", strong=True) -> Client:
    account = create_staff(
        username=name,
        password="long-and-unusual-7",
        display_name=f"{name}!",
        roles=[role],
        institution_id=house.id,
    )
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(
        get_user_model().objects.get(pk=account), backend=settings.AUTHENTICATION_BACKENDS[0]
    )
    if strong:
        session = client.session
        session["account_authentication_methods"] = [{"method": "mfa", "at": 0}]
        session["account_authentication_methods_user"] = str(account)
        session.save()
    return client


@pytest.fixture
def admin(house):
    return member(house)


@pytest.fixture
def doctor(house):
    _, card = employ()
    return Practitioner.objects.get(pk=card.id)


def form_of(client, path) -> dict:
    """What a browser would send of the page as it stands."""
    answer = client.get(path)
    assert answer.status_code == 200
    form = answer.context["adminform"].form
    found = {}
    for field in form:
        value = field.value()
        if isinstance(value, bool):
            if value:
                found[field.html_name] = "on"
        elif hasattr(value, "strftime") and hasattr(value, "hour"):
            found[f"{field.html_name}_0"] = value.astimezone().strftime("%Y-%m-%d")
            found[f"{field.html_name}_1"] = value.astimezone().strftime("%H:%M:%S")
        elif value is not None:
            found[field.html_name] = value
    return found


def change(model, pk):
    return f"/admin/people/{model}/{pk}/change/"


def test_there_is_no_second_door(house):
    answer = Client().get("/admin/people/department/")
    assert answer.status_code == 302
    door = Client().get(answer["Location"])
    assert (door.status_code, door["Location"]) == (
        302,
        "/staff/sign-in?next=/admin/people/department/",
    )
    away = Client().get("/admin/login/?next=//evil.example/")
    assert away["Location"] == "/staff/sign-in?next=/admin/"
    posted = Client().post("/admin/login/", {"username": "admin", "password": "long-and-unusual-7"})
    assert posted.status_code == 302
    assert "sessionid" not in posted.cookies


@pytest.mark.parametrize("role", ["doctor", "operator", "auditor"])
def test_others_are_led_to_where_they_may_go(house, role):
    client = member(house, role, name=role)
    answer = client.get("/admin/people/practitioner/", follow=False)
    assert client.get(answer["Location"])["Location"] == "/staff/"


def test_without_the_second_factor_nothing_is_shown(house):
    client = member(house, strong=False)
    answer = client.get("/admin/")
    assert client.get(answer["Location"])["Location"].startswith("/staff/sign-in")


@pytest.mark.parametrize(("locale", "word"), [("zh", "医生"), ("en", "Doctors")])
def test_it_speaks_the_language_of_whoever_reads(house, doctor, locale, word):
    client = member(house)
    assert client.get(f"/admin/?lang={locale}").cookies["office_language"].value == locale
    for path in ("", "people/practitioner/", "people/licence/", "people/department/", "titles/"):
        answer = client.get(f"/admin/{path}")
        assert answer.status_code == 200
        assert word in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"


def test_nothing_of_patients_and_of_medicine_is_in_it(admin, house):
    person = patient_viewer()
    register(person, name="林小满")
    assert Patient.objects.exists()
    pages = [admin.get("/admin/")]
    pages += [admin.get(f"/admin/people/{each}/") for each in ("patient", "consent", "export")]
    assert [page.status_code for page in pages] == [200, 404, 404, 404]
    assert "林小满" not in pages[0].content.decode()


def test_a_department_is_edited_with_its_history(admin):
    path = change("department", "dermatology")
    form = form_of(admin, path) | {"name_en": "Skin", "words": "痘痘\nspots\n痘痘"}
    assert admin.post(path, form).status_code == 302
    row = Department.objects.get(pk="dermatology")
    assert (row.name_en, row.aliases, row.edited_at is not None) == (
        "Skin",
        ["痘痘", "spots"],
        True,
    )
    assert queries.department("dermatology").name.en == "Skin"
    services.seed_departments()
    assert Department.objects.get(pk="dermatology").name_en == "Skin"
    line = changes_of("department", "dermatology")[0]
    assert (line.by_name, line.before["name_en"], line.after["name_en"]) == (
        "admin!",
        "Dermatology",
        "Skin",
    )
    assert AuditLine.objects.filter(action="people.edit_department").count() == 1
    said = admin.get("/admin/people/department/dermatology/history/").content.decode()
    assert "Dermatology" in said
    assert "Skin" in said


def test_what_is_not_in_order_is_not_saved(admin):
    path = change("department", "dermatology")
    answer = admin.post(path, form_of(admin, path) | {"name_en": ""})
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors["name_en"]
    assert Department.objects.get(pk="dermatology").name_en == "Dermatology"
    assert not changes_of("department", "dermatology")


def test_two_who_edit_one_row_the_later_is_told(admin, house):
    other = member(house, name="second")
    path = change("department", "dermatology")
    mine, theirs = form_of(admin, path), form_of(other, path)
    assert other.post(path, theirs | {"name_en": "Theirs"}).status_code == 302
    late = admin.post(path, mine | {"name_en": "Mine"})
    assert late.status_code == 200
    assert "second! has changed this" in late.content.decode()
    assert Department.objects.get(pk="dermatology").name_en == "Theirs"
    seen = late.context["adminform"].form["seen"].value()
    assert admin.post(path, mine | {"name_en": "Mine", "seen": seen}).status_code == 302
    assert Department.objects.get(pk="dermatology").name_en == "Mine"


def test_a_doctor_is_edited_by_the_service_and_the_lists_hear_of_it(admin, doctor):
    path = change("practitioner", doctor.pk)
    form = form_of(admin, path) | {
        "name_en": "Lin Newname",
        "own_department": "dermatology",
        "also_serves": ["general_practice"],
    }
    OutboxEvent.objects.all().delete()
    assert admin.post(path, form).status_code == 302
    card = queries.practitioner(doctor.pk)
    assert (card.name.en, card.departments) == ("Lin Newname", ("dermatology", "general_practice"))
    assert [e.kind for e in OutboxEvent.objects.all()] == ["DoctorChanged"]
    line = changes_of("practitioner", doctor.pk)[0]
    assert line.after["departments"] == ["dermatology", "general_practice"]


def test_the_languages_of_a_doctor_are_kept_in_one_order_with_their_history(admin, doctor):
    path = change("practitioner", doctor.pk)
    assert queries.practitioner(doctor.pk).languages == ()
    assert admin.post(path, form_of(admin, path) | {"languages": ["csl", "en"]}).status_code == 302
    assert queries.practitioner(doctor.pk).languages == ("en", "csl")
    line = changes_of("practitioner", doctor.pk)[0]
    assert (line.before["languages"], line.after["languages"]) == ([], ["en", "csl"])
    answer = admin.post(path, form_of(admin, path) | {"languages": ["tlh"]})
    assert answer.context["adminform"].form.errors["languages"]
    assert admin.post(path, form_of(admin, path) | {"languages": []}).status_code == 302
    assert queries.practitioner(doctor.pk).languages == ()


def test_a_title_of_no_doctor_is_refused(admin, doctor):
    path = change("practitioner", doctor.pk)
    answer = admin.post(path, form_of(admin, path) | {"title_code": "999"})
    assert answer.context["adminform"].form.errors["title_code"]


def test_half_a_translation_is_refused(admin, doctor):
    path = change("practitioner", doctor.pk)
    answer = admin.post(path, form_of(admin, path) | {"hospital_zh": "第一医院", "hospital_en": ""})
    assert answer.context["adminform"].form.errors["hospital_zh"]


def test_a_licence_ends_earlier_and_never_later(admin, doctor):
    until = clock.now() + timedelta(days=300)
    Licence.objects.filter(practitioner=doctor).update(valid_until=until)
    licence = Licence.objects.get(practitioner=doctor)
    path = change("licence", licence.pk)
    form = form_of(admin, path)
    longer = form | {"valid_until_0": "2099-01-01"}
    refused = admin.post(path, longer)
    assert refused.context["adminform"].form.errors["valid_until"]
    day = (clock.now() - timedelta(days=2)).strftime("%Y-%m-%d")
    OutboxEvent.objects.all().delete()
    assert admin.post(path, form | {"valid_until_0": day}).status_code == 302
    assert Licence.objects.get(pk=licence.pk).valid_until < clock.now()
    assert "DoctorChanged" in {e.kind for e in OutboxEvent.objects.all()}


@pytest.mark.parametrize("act", ["add/", "{pk}/delete/"])
@pytest.mark.parametrize("model", ["department", "practitioner", "licence", "institution"])
def test_nothing_is_added_or_deleted_here(admin, doctor, house, model, act):
    row = {
        "department": "dermatology",
        "practitioner": doctor.pk,
        "licence": Licence.objects.get(practitioner=doctor).pk,
        "institution": house.id,
    }[model]
    path = f"/admin/people/{model}/{act.format(pk=row)}"
    for answer in (admin.get(path), admin.post(path, {"post": "yes"})):
        assert answer.status_code == 403
    assert (Practitioner.objects.count(), Licence.objects.count()) == (1, 1)


def test_what_belongs_to_another_house_is_not_there(house, doctor):
    far = services.found_institution(code="far", name=services.UNNAMED)
    stranger = member(far, name="stranger")
    assert stranger.get(change("practitioner", doctor.pk)).status_code == 302
    listed = stranger.get("/admin/people/practitioner/").content.decode()
    assert doctor.name_en not in listed
    assert stranger.get(change("institution", house.id)).status_code == 302


def test_the_institution_is_described_by_its_service(admin, house):
    path = change("institution", house.id)
    form = form_of(admin, path)
    assert admin.post(path, form | {"licence_number": "PDY-9"}).status_code == 302
    assert Institution.objects.get(pk=house.id).licence_number == "PDY-9"
    wrong = admin.post(path, form | {"jurisdiction": "atlantis"})
    assert wrong.context["adminform"].form.errors["jurisdiction"]


def test_a_change_without_the_csrf_token_is_refused(house):
    client = member(house)
    client.handler.enforce_csrf_checks = True
    path = change("department", "dermatology")
    assert client.post(path, {"name_en": "Skin"}).status_code == 403


def test_other_paths_pass_as_if_it_were_not_there(house):
    answer = Client().get("/api/v1/hospital")
    assert answer.status_code == 200
    assert Client().get("/administration").status_code == 404


def test_a_department_closes_by_a_switch_and_opens_again(admin):
    path = change("department", "dermatology")
    form = form_of(admin, path)
    form.pop("open")
    assert admin.post(path, form).status_code == 302
    assert "dermatology" not in {d.slug for d in queries.departments()}
    assert admin.post(path, form_of(admin, path) | {"open": "on"}).status_code == 302
    assert "dermatology" in {d.slug for d in queries.departments()}


def test_one_department_for_the_unsure_stays_open(admin):
    for slug, status in (("general_practice", 302), ("paediatrics", 200)):
        path = change("department", slug)
        form = form_of(admin, path)
        form.pop("open")
        answer = admin.post(path, form)
        assert answer.status_code == status
    assert answer.context["adminform"].form.errors["open"]
    assert "paediatrics" in {d.slug for d in queries.departments()}


def test_what_a_service_refuses_is_taken_back_whole_and_the_form_is_shown_again(admin):
    Department.objects.exclude(pk="general_practice").update(closed_at=clock.now())
    path = change("department", "general_practice")
    form = form_of(admin, path) | {"name_en": "Half of it"}
    form.pop("open")
    ContentType.objects.clear_cache()  # as in a process that has just begun
    answer = admin.post(path, form)
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors["open"]
    assert "Half of it" in answer.content.decode()
    assert Department.objects.get(pk="general_practice").name_en == "General practice"
    assert not changes_of("department", "general_practice")


def test_a_page_names_its_row_and_its_fields_in_words(admin, doctor):
    said = admin.get(change("practitioner", doctor.pk)).content.decode()
    assert doctor.name_en in said
    assert "Practitioner object" not in said
    assert "Name in Chinese" in said
    assert "Name zh" not in said
