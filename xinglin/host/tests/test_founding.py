"""An empty hospital of one's own."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model

from xinglin.care.people import queries as people
from xinglin.care.people.models import Patient, Practitioner
from xinglin.care.people.queries.hospital import forget_departments
from xinglin.host import preparation, welcome
from xinglin.host.welcome import Voice

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def empty(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.DATA_DIR = tmp_path
    preparation.fill(Voice("en"), demo=False)
    yield
    forget_departments()


def test_an_empty_hospital_has_departments_and_one_administrator(tmp_path: Path) -> None:
    user = get_user_model().objects.get()
    first = welcome.take_first_administrator(tmp_path)
    assert first is not None
    assert user.check_password(first["password"])
    assert user.roles == ["administrator"]
    assert not user.synthetic
    assert people.departments() == ()  # the first administrator opens them
    assert people.default_institution().opened_at is None
    assert not people.default_institution().licensed
    assert Practitioner.objects.count() == Patient.objects.count() == 0


def test_the_first_password_is_not_printed_while_preparing(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    first = welcome.take_first_administrator(tmp_path)
    assert first is not None
    assert first["password"] not in capsys.readouterr().out
