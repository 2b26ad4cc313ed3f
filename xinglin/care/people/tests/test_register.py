"""Real-name registration: whom it takes, what it refuses, and what the database keeps of it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import connection, connections

from xinglin.care.people import queries
from xinglin.care.people.models import Patient
from xinglin.care.people.services.attempts import count_attempt
from xinglin.care.people.tests import factories
from xinglin.care.people.tests.factories import (
    BOY,
    MAN,
    WOMAN,
    hospital,
    id_number,
    patient_viewer,
    register,
)
from xinglin.foundation.accounts.services import create_patient_account
from xinglin.foundation.audit.queries import accesses_of
from xinglin.kernel import clock
from xinglin.kernel.errors import Conflict, Invalid, NotFound, RuleRefused, TooMany


@pytest.fixture(autouse=True)
def house(db):
    hospital()


def wrong_fields(**changes) -> set[str]:
    with pytest.raises(Invalid) as caught:
        register(patient_viewer(), **changes)
    return {error.field for error in caught.value.errors}


def code_of(act) -> str:
    with pytest.raises(Conflict) as caught:
        act()
    return caught.value.code


def family() -> tuple:
    guardian = patient_viewer()
    register(guardian)
    return guardian, register(guardian, name="林乐", born=BOY, sex="male", relation="child")


def test_an_adult_is_registered_and_the_number_tells_age_and_sex():
    card = register(patient_viewer(), name=" 阿不都·热合曼 ", born=MAN, sex="male")
    assert (card.name, card.sex, card.birth_date) == ("阿不都·热合曼", "male", MAN)
    assert (card.relation, card.is_minor) == ("self", False)
    assert card.age_text.zh.endswith("岁")
    assert [line.action for line in accesses_of(card.id)] == ["people.register_patient"]


@pytest.mark.parametrize(
    "number",
    [
        "11000019880517002",
        "abcdefghijklmnopqr",
        "00000019880517002X",
        "110000198813170029",
        "11000019880517002A",
    ],
)
def test_a_number_that_cannot_be_one_is_refused(number):
    assert wrong_fields(number=number) == {"id_number"}


def test_each_of_the_other_check_characters_is_refused():
    right = id_number()
    for other in set("0123456789X") - {right[-1]}:
        assert wrong_fields(number=right[:-1] + other) == {"id_number"}
    assert register(patient_viewer(), number=right).birth_date == WOMAN


def test_who_is_not_yet_born_is_refused():
    tomorrow = clock.now().date() + timedelta(days=2)
    assert wrong_fields(number=id_number(tomorrow)) == {"id_number"}


@pytest.mark.parametrize("name", ["", "张", "张3", "张San", "张" * 51, "<b>张</b>"])
def test_a_name_is_written_as_on_the_card(name):
    assert wrong_fields(name=name) == {"name"}


@pytest.mark.parametrize("name", ["张三", "欧阳 娜娜", "O'Brien Mary-Jane", "José Núñez"])
def test_names_of_many_peoples_are_taken(name):
    if " " in name and name[0] > "z":
        name = name.replace(" ", "·")
    assert register(patient_viewer(), name=name).name == name


def test_all_that_is_wrong_is_told_at_once():
    assert wrong_fields(name="", relation="cousin", number="1") == {"name", "relation", "id_number"}


def test_a_minor_is_registered_by_a_guardian_who_is_registered():
    _, child = family()
    assert (child.is_minor, child.relation) == (True, "child")


def test_a_minor_does_not_register_alone():
    assert wrong_fields(born=BOY, sex="male", relation="self") == {"relation"}


def test_a_minor_is_no_spouse_and_no_parent():
    for relation in ("spouse", "parent"):
        assert wrong_fields(born=BOY, sex="male", relation=relation) == {"relation"}


def test_a_guardian_registers_first():
    assert wrong_fields(born=BOY, sex="male", relation="child") == {"relation"}


def test_a_child_is_of_age_on_the_18th_birthday():
    today = clock.now().astimezone().date()
    born = date(today.year - 18, today.month, min(today.day, 28))
    grown = born - timedelta(days=2)
    almost = born + timedelta(days=32)
    assert not register(patient_viewer(), born=grown).is_minor
    assert wrong_fields(born=almost) == {"relation"}


def test_nobody_is_registered_without_agreeing_to_the_use_of_health_data():
    viewer = patient_viewer(agreed=False)
    with pytest.raises(RuleRefused) as caught:
        factories.services.register_patient(
            viewer,
            name="林小满",
            id_type="01",
            id_number=id_number(),
            relation="self",
            at=clock.now(),
        )
    assert {refusal.rule_id for refusal in caught.value.refusals} == {"R49"}
    assert not Patient.objects.exists()


def test_only_identity_cards_are_taken_so_far():
    with pytest.raises(Invalid) as caught:
        factories.services.register_patient(
            patient_viewer(),
            name="Mary Jane",
            id_type="03",
            id_number="E1234567",
            relation="self",
            at=clock.now(),
            sensitive_data_consent=True,
        )
    assert [error.field for error in caught.value.errors] == ["id_type"]


def test_the_same_person_twice_is_refused_here_and_elsewhere():
    viewer, number = patient_viewer(), id_number()
    register(viewer, number=number)
    spaced = f"{number[:6]} {number[6:]}".lower()
    assert code_of(lambda: register(viewer, number=spaced, relation="other")) == "patient_exists"
    assert code_of(lambda: register(patient_viewer(), number=number)) == "identity_registered"


def test_an_account_speaks_for_one_self_and_eight_people():
    viewer = patient_viewer()
    register(viewer)
    assert code_of(lambda: register(viewer)) == "self_exists"
    for _ in range(7):
        register(viewer, relation="other")
    assert code_of(lambda: register(viewer, relation="other")) == "too_many_patients"


def test_trying_numbers_ends_after_twenty_and_a_failed_try_counts():
    viewer, taken = patient_viewer(), id_number()
    register(patient_viewer(), number=taken)
    for _ in range(19):
        count_attempt(
            viewer.user_id,
            "register_patient",
            limit=20,
            within=timedelta(hours=1),
            at=clock.now(),
        )
    assert code_of(lambda: register(viewer, number=taken)) == "identity_registered"
    with pytest.raises(TooMany) as caught:
        register(viewer)
    assert 0 < caught.value.retry_after_s <= 3600


@pytest.mark.django_db(transaction=True)
def test_one_identity_at_eight_doors_at_once_is_one_patient():
    number = id_number()
    viewers = [patient_viewer() for _ in range(8)]

    def attempt(viewer) -> str:
        try:
            register(viewer, number=number)
        except Conflict as error:
            return error.code
        finally:
            connections.close_all()
        return "registered"

    with ThreadPoolExecutor(8) as pool:
        said = sorted(pool.map(attempt, viewers))
    assert said == ["identity_registered"] * 7 + ["registered"]
    assert Patient.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_account_at_eight_doors_at_once_has_one_self():
    viewer = patient_viewer()
    numbers = [id_number() for _ in range(8)]

    def attempt(number: str) -> str:
        try:
            register(viewer, number=number)
        except Conflict as error:
            return error.code
        finally:
            connections.close_all()
        return "registered"

    with ThreadPoolExecutor(8) as pool:
        said = sorted(pool.map(attempt, numbers))
    assert said == ["registered"] + ["self_exists"] * 7


def test_the_names_and_numbers_stand_nowhere_in_the_database():
    phone, number, name = "13800137777", id_number(), "欧阳清泉"
    viewer = factories.as_viewer(create_patient_account(phone=phone))
    register(viewer, name=name, number=number)
    plain = [phone, number, name]
    planted = plain + [word.encode().hex() for word in plain]
    with connection.cursor() as cursor:
        cursor.execute("select tablename from pg_tables where schemaname = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(
                f'select count(*) from "{table}" t where t::text ~ %s', ["|".join(planted)]
            )
            assert cursor.fetchone() == (0,), table
    assert queries.own_patients(viewer)[0][1] == number


def test_only_the_holder_knows_of_a_patient():
    _, child = family()
    with pytest.raises(NotFound):
        queries.patient_of(patient_viewer(), child.id)


def test_oneself_stands_first_among_ones_people():
    viewer = patient_viewer()
    register(viewer, relation="parent", born=date(1950, 1, 2))
    register(viewer)
    assert [card.relation for card, _ in queries.own_patients(viewer)] == ["self", "parent"]
