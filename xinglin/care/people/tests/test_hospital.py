"""What everybody may know of this hospital."""

import pytest
from django.test import Client

from xinglin.care.people.models import Institution
from xinglin.care.people.tests import factories

pytestmark = pytest.mark.django_db


def test_everybody_may_know_the_hospitals_number(settings, django_assert_max_num_queries):
    settings.HOSPITAL_PHONE = "010-0000-0000"
    # Those of the door itself, which counts requests, and whether the house is open.
    with django_assert_max_num_queries(3):
        answer = Client().get("/api/v1/hospital")
    assert answer.status_code == 200
    assert answer.json()["phone"] == "010-0000-0000"


def test_a_hospital_without_a_number_says_so(settings):
    settings.HOSPITAL_PHONE = ""
    assert Client().get("/api/v1/hospital").json()["phone"] == ""


def test_the_emergency_number_is_that_of_the_place():
    assert Client().get("/api/v1/hospital").json()["emergency_number"] == "120"
    factories.hospital()
    Institution.objects.update(jurisdiction="india")
    assert Client().get("/api/v1/hospital").json()["emergency_number"] == "112"
