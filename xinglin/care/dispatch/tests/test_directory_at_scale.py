"""Thirty thousand doctors: nothing is scanned, and what a page takes is printed (no timed assertion)."""

import json
import sys
import time
from statistics import quantiles

import pytest
from django.db import connection

from xinglin.care.dispatch import queries
from xinglin.care.dispatch.queries import words
from xinglin.care.dispatch.services import profiles
from xinglin.care.dispatch.tests.cast import House
from xinglin.care.people import queries as people
from xinglin.kernel.text import Text

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
DOCTORS, ON_DUTY = 30_000, 1_130
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
GIVEN = "子若听明望知南怀景素星枕清远安宁澜溪舟禾川岚霁屿"
ILLS = [
    "感冒",
    "湿疹",
    "高血压",
    "糖尿病",
    "头痛",
    "失眠",
    "胃炎",
    "哮喘",
    "颈椎病",
    "鼻炎",
    "荨麻疹",
]


def fill(house: House) -> None:
    """Rows as employment and the worker make them, written by the database itself."""
    slugs = [d.slug for d in people.departments()]
    names = [
        Text(f"{SURNAMES[n % 32]}{GIVEN[n // 32 % 24]}{GIVEN[n // 768 % 24]}", f"Doctor {n}")
        for n in range(DOCTORS)
    ]
    users = make_users(house)
    rows, sums, served, duties = [], [], [], []
    for n, (name, user) in enumerate(zip(names, users, strict=True)):
        own, also = slugs[n % len(slugs)], slugs[(n * 7 + 3) % len(slugs)]
        good = f"{ILLS[n % 11]}、{ILLS[n * 3 % 11]}、{ILLS[n * 5 % 11]}"
        rows.append((user, name, good))
        told = words.all_words(words.name_words(name), [good, people.department(own).name.zh])
        fits = {own: 1} | ({also: 2} if n % 5 == 0 and also != own else {})
        sums.append((user, name, told, fits))
        duties.append(n < ON_DUTY)
        served.append(fits)
    write(house, rows, sums, duties, served)


def make_users(house: House) -> list:
    from xinglin.foundation.accounts.models import User
    from xinglin.kernel import ids

    users = [
        User(id=ids.new(), username=f"scale{n}", roles=["doctor"], password="!")
        for n in range(DOCTORS)
    ]
    User.objects.bulk_create(users, batch_size=2000)
    return [u.pk for u in users]


def write(house: House, rows, sums, duties, served) -> None:
    from datetime import date

    from xinglin.care.dispatch.models import Duty, Profile
    from xinglin.care.people.models import Licence, Practitioner, PractitionerDepartment
    from xinglin.kernel import ids

    made = [
        Practitioner(
            id=ids.new(),
            user_id=user,
            institution_id=house.institution.id,
            name_zh=name.zh,
            name_en=name.en,
            title_code=("231", "232", "233")[n % 3],
            good_at_zh=good,
            good_at_en="x",
            independent_since=date(2010, 1, 1),
            institution_consented=True,
        )
        for n, (user, name, good) in enumerate(rows)
    ]
    Practitioner.objects.bulk_create(made, batch_size=2000)
    PractitionerDepartment.objects.bulk_create(
        (
            PractitionerDepartment(practitioner=doctor, department_id=slug, fit=fit)
            for doctor, fits in zip(made, served, strict=True)
            for slug, fit in fits.items()
        ),
        batch_size=2000,
    )
    Licence.objects.bulk_create(
        (
            Licence(
                practitioner=d,
                institution_id=house.institution.id,
                number=f"N{n}",
                valid_from=date(2015, 1, 1),
            )
            for n, d in enumerate(made)
        ),
        batch_size=2000,
    )
    Profile.objects.bulk_create(
        (
            Profile(
                practitioner=doctor,
                institution_id=house.institution.id,
                title_code=doctor.title_code,
                departments=fits,
                sort_key=words.sort_key(name),
                names=words.name_words(name),
                words=told,
                grams=words.grams(told),
                is_fit=True,
                is_stale=False,
                judged_at=house.at,
                scores=[0, 1, 2, 5, 20],
                visits=40,
                patients=38,
            )
            for doctor, (_, name, told, fits) in zip(made, sums, strict=True)
        ),
        batch_size=2000,
    )
    Duty.objects.bulk_create(
        (
            Duty(
                practitioner=doctor,
                user_id=doctor.user_id,
                institution_id=house.institution.id,
                departments=fits,
                on_since=house.at if is_on else None,
                reserved=n % 3 if is_on else 0,
                capacity=3,
                updated_at=house.at,
            )
            for n, (doctor, fits, is_on) in enumerate(zip(made, served, duties, strict=True))
            if is_on or n % 3 == 0
        ),
        batch_size=2000,
    )
    with connection.cursor() as cursor:
        cursor.execute("analyze")


def timed(act, times: int = 10) -> tuple[float, float]:
    took = []
    for _ in range(times):
        began = time.perf_counter()
        act()
        took.append(1000 * (time.perf_counter() - began))
    return quantiles(took, n=20)[9], max(took)


def test_what_a_page_of_thirty_thousand_doctors_takes(house, capsys):
    fill(house)
    asked = {
        "first page": {},
        "off duty (second part)": {"title": "232"},
        "department": {"department": "dermatology"},
        "on duty only": {"on_duty": True},
        "language (of nobody)": {"language": "ug"},
        "name": {"query": "沈听澜"},
        "initials": {"query": "stl"},
        "one character": {"query": "沈"},
        "illness (2,700 x 3 match)": {"query": "湿疹"},
        "illness in a department": {"query": "湿疹", "department": "dermatology"},
        "word of a department": {"query": "皮肤科"},
    }
    lines = [f"{DOCTORS} doctors, {ON_DUTY} on duty; ms: median, slowest of 10"]
    for name, what in asked.items():
        search = queries.Search(**what)
        p50, worst = timed(lambda s=search: queries.find_doctors(house.holder, s, house.at))
        lines.append(f"  {name:28} {p50:7.1f} {worst:7.1f}")
    after = deep(house)
    p50, worst = timed(
        lambda: queries.find_doctors(house.holder, queries.Search(after=after), house.at)
    )
    lines.append(f"  {'page 100':28} {p50:7.1f} {worst:7.1f}")
    doctor = queries.find_doctors(house.holder, queries.Search(), house.at).items[0].id
    p50, worst = timed(lambda: queries.doctor_profile(house.holder, doctor, house.at))
    lines.append(f"  {'one page of a doctor':28} {p50:7.1f} {worst:7.1f}")
    p50, worst = timed(lambda: profiles.write(doctor, at=house.at))
    lines.append(f"  {'counting one doctor anew':28} {p50:7.1f} {worst:7.1f}")
    with capsys.disabled():
        sys.stdout.write("\n" + "\n".join(lines) + "\n")
    assert json.loads(plan_of_the_rest(house))[0]["Plan"]["Total Cost"] < 2_000


def deep(house: House) -> str:
    after = ""
    for _ in range(99):
        after = queries.find_doctors(
            house.holder, queries.Search(after=after, limit=20), house.at
        ).next
        assert after
    return after


def plan_of_the_rest(house: House) -> str:
    """Those who are not on duty, by name: an index in order, not thirty thousand rows sorted."""
    from xinglin.care.dispatch.queries import directory

    sql, _ = directory._statement(
        queries.Search(), directory._GROUPS[3], 3, asks=False, hint=False, goes_on=False
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"explain (format json) {sql}",
            {"institution": house.institution.id, "at": house.at, "limit": 21},
        )
        plan = json.dumps(cursor.fetchone()[0])
    assert "profile_in_order" in plan
    return plan
