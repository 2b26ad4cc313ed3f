"""Finding a diagnosis as doctors type it, in the whole table that ships."""

import pytest
from django.db import connection

from xinglin.care.consultation import queries, services
from xinglin.care.consultation.models import DiagnosisCode
from xinglin.care.consultation.queries.diagnoses import forget_diagnoses


@pytest.fixture(scope="module")
def table(django_db_setup, django_db_blocker):
    """Loaded once, 40,473 rows; taken away again."""
    with django_db_blocker.unblock():
        services.seed_diagnoses()
        yield
        DiagnosisCode.objects.all().delete()
        forget_diagnoses()


def first(query):
    found = queries.find_diagnoses(query)
    return found[0] if found else None


@pytest.mark.usefixtures("db", "table")
class TestSearch:
    def test_a_chinese_name_finds_its_code_first(self):
        assert first("高血压").name_zh.startswith("高血压")
        assert any(each.code.startswith("I10") for each in queries.find_diagnoses("高血压"))

    def test_one_character_is_enough(self):
        assert all("癣" in each.name_zh for each in queries.find_diagnoses("癣"))

    def test_parts_of_a_name_are_found_in_any_order(self):
        found = queries.find_diagnoses("上呼吸道 急性")
        assert any(each.name_zh == "急性上呼吸道感染" for each in found)

    def test_pinyin_initials_find_names(self):
        assert any(
            each.name_zh == "急性上呼吸道感染" for each in queries.find_diagnoses("jxshxdgr")
        )

    @pytest.mark.parametrize("typed", ["E11.9", "e11.9", "E119", "e119"])
    def test_a_code_is_found_with_and_without_its_point(self, typed):
        assert first(typed).code.startswith("E11.9")

    def test_english_words_find_categories(self):
        assert any(
            each.code.startswith("E11") for each in queries.find_diagnoses("type 2 diabetes")
        )

    @pytest.mark.parametrize("typed", ["", "  ", "%", "_", "'; drop table", "\\", "& | !", "？"])
    def test_what_cannot_be_a_diagnosis_finds_nothing(self, typed):
        assert queries.find_diagnoses(typed) == []

    def test_no_more_than_twenty_are_shown(self):
        assert len(queries.find_diagnoses("病")) == 20

    def test_the_shipped_table_is_whole_and_loads_again_without_change(self):
        assert DiagnosisCode.objects.count() == 40_473
        assert services.seed_diagnoses() == 0

    def test_a_name_is_found_by_its_index(self):
        with connection.cursor() as cursor:
            cursor.execute(
                "explain select code from diagnosis_code"
                " where diagnosis_grams(name_zh) @> array['糖尿', '尿病']"
            )
            plan = "\n".join(line for (line,) in cursor.fetchall())
        assert "diagnosis_code_by_name" in plan
