"""Finding a doctor: by name, pinyin, illness, department; in an order that nobody can pay for."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from xinglin.care.dispatch import queries, services
from xinglin.care.dispatch.queries import words
from xinglin.care.dispatch.services import profiles
from xinglin.care.dispatch.tests.cast import GP, SKIN, House
from xinglin.foundation.outbox.services import relay_pending
from xinglin.kernel.errors import Invalid, NotFound
from xinglin.kernel.text import Text

pytestmark = pytest.mark.django_db
SHEN, WANG, OUYANG = (
    Text("沈听澜", "Shen Tinglan"),
    Text("王可", "Wang Ke"),
    Text("欧阳明", "Ouyang Ming"),
)


def employ(house: House) -> dict[str, object]:
    skin = Text("湿疹、荨麻疹、接触性皮炎", "Eczema, hives, contact dermatitis")
    common = Text(
        "感冒、头晕、高血压的日常管理", "Colds, dizziness, everyday care of blood pressure"
    )
    made = {
        "shen": house.doctor(SKIN, name=SHEN, good_at=skin, title_code="231"),
        "wang": house.doctor(GP, SKIN, name=WANG, good_at=common, title_code="232"),
        "ouyang": house.doctor(GP, name=OUYANG, title_code="233"),
    }
    follow()
    return made


def follow() -> None:
    while relay_pending() or profiles.follow():
        pass


def found(house: House, query: str = "", **asked) -> list:
    page = queries.find_doctors(house.holder, queries.Search(query=query, **asked), house.at)
    return [card.id for card in page.items]


@pytest.mark.parametrize(
    ("query", "who"),
    [
        ("沈听澜", ["shen"]),
        ("听澜", ["shen"]),
        ("沈", ["shen"]),
        ("shentinglan", ["shen"]),
        ("Shen Tinglan", ["shen"]),
        ("tinglan", ["shen"]),
        ("stl", ["shen"]),
        ("STL", ["shen"]),
        ("oym", ["ouyang"]),
        ("欧阳", ["ouyang"]),
        ("wk", ["wang"]),
        ("荨麻疹", ["shen", "wang"]),
        ("接触性皮炎", ["shen", "wang"]),
        ("hives", ["shen", "wang"]),
        ("皮肤科", ["shen", "wang"]),
        ("主任医师", ["shen", "wang"]),
        ("头晕", None),
        ("inglan", []),
        ("%", []),
        ("_", []),
        ("'; drop table", []),
        ("☃😀", []),
        ("沈听澜皮肤", ["shen", "wang"]),
    ],
)
def test_a_doctor_is_found_by(house, query, who):
    made = employ(house)
    ids = found(house, query)
    if who is None:
        assert made["wang"] in ids
    else:
        assert ids == [made[name] for name in who]


def test_what_stands_in_no_text_leads_to_the_department_of_the_word(house):
    made = employ(house)
    page = queries.find_doctors(house.holder, queries.Search(query="脚气"), house.at)
    assert page.department is not None
    assert page.department.slug == SKIN
    assert [card.id for card in page.items] == [made["shen"], made["wang"]]


def test_filters_narrow_the_list(house):
    made = employ(house)
    house.start(made["wang"])
    assert found(house, department=SKIN) == [made["wang"], made["shen"]]
    assert found(house, department=SKIN, on_duty=True) == [made["wang"]]
    assert found(house, title="231") == [made["shen"]]
    assert found(house, title="nonsense") == []
    with pytest.raises(NotFound):
        found(house, department="astrology")


def test_the_order_is_room_duty_next_duty_department_and_name(house):
    names = ["丁一", "白二", "陈三", "邓四", "安五", "包六"]
    ding, bai, chen, deng, an, bao = (
        house.doctor(*where, name=Text(name, f"Doctor {n}"))
        for n, (name, where) in enumerate(
            zip(names, [(GP,), (GP,), (SKIN, GP), (GP,), (GP,), (GP,)], strict=True)
        )
    )
    follow()
    house.start(ding)
    house.start(chen)
    house.start(bai)
    house.visit(named_practitioner_id=bai, named_on=house.at.date())
    house.dispatch()
    back = house.at + timedelta(hours=3)
    services.set_named(house.viewer(deng), named_a_day=5, back_at=back, at=house.at)
    assert found(house, department=GP) == [ding, chen, bai, deng, an, bao]
    assert found(house) == [chen, ding, bai, deng, an, bao]


def test_a_name_goes_before_all_else(house):
    made = employ(house)
    other = house.doctor(GP, good_at=Text("曾随沈听澜学习", "Trained with Shen Tinglan"))
    follow()
    house.start(other)
    assert found(house, "沈听澜") == [made["shen"], other]


@pytest.mark.parametrize("asked", [{}, {"department": GP}, {"query": "感冒"}, {"query": "医师"}])
def test_page_after_page_shows_everybody_once(house, asked):
    good = Text("感冒、咳嗽", "Colds, cough")
    for n in range(11):
        doctor = house.doctor(GP, good_at=good if n % 2 else None)
        if n % 3 == 0:
            house.start(doctor)
        elif n % 3 == 1:
            back = house.at + timedelta(hours=n)
            services.set_named(house.viewer(doctor), named_a_day=5, back_at=back, at=house.at)
    follow()
    whole = found(house, limit=50, **asked)
    assert len(whole) == len(set(whole)) >= 5
    read, after = [], ""
    while True:
        search = queries.Search(**asked, limit=2, after=after)
        page = queries.find_doctors(house.holder, search, house.at)
        read += [card.id for card in page.items]
        if page.next is None:
            break
        after = page.next
    assert read == whole


@pytest.mark.parametrize("after", ["x", "!!!", "bnVsbA", "W10", "WzldCg", "WzEsIngiXQ", "é"])
def test_a_place_that_is_none_of_ours_is_refused(house, after):
    employ(house)
    with pytest.raises(Invalid):
        found(house, after=after)


def test_a_page_costs_the_same_however_many_there_are(house):
    for n in range(12):
        doctor = house.doctor(GP, good_at=Text("感冒", "Colds"))
        if n % 2:
            house.start(doctor)
    follow()
    for asked in ({}, {"query": "感冒"}, {"department": GP}, {"on_duty": True}):
        with CaptureQueriesContext(connection) as counted:
            assert found(house, limit=10, **asked)
        assert len(counted) <= 9, [q["sql"] for q in counted]
    with CaptureQueriesContext(connection) as counted:
        queries.doctor_profile(house.holder, doctor, house.at)
    assert len(counted) <= 9


def test_letters_are_found_at_the_beginning_of_a_word_and_characters_anywhere():
    told = words.alike("2型糖尿病 Type 2 diabetes，ＡＢＣ")
    assert told == " 2 型糖尿病 type 2 diabetes abc"
    for query in ("糖尿", "型糖", "diab", "ＡＢ", "2型"):
        assert all(part.strip("%") in told for part in words.sought(query).likes), query
        assert set(words.sought(query).grams) <= set(words.grams(told)), query
    assert not all(part.strip("%") in told for part in words.sought("betes").likes)


def test_a_name_with_two_readings_is_found_by_both():
    names = words.name_words(Text("单晓", "Shan Xiao"))
    assert " shanxiao" in names
    assert " danxiao" in names
    assert words.sort_key(Text("曾宜宁", "Zeng Yining")) == "zeng yi ning"
    assert words.sort_key(Text("李白", "Li Bai")) < words.sort_key(Text("林安", "Lin An"))
