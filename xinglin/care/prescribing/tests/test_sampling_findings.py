"""What a sample has found: scores, and the spreadsheet that leaves the house."""

import pytest

from xinglin.care.people import queries as people
from xinglin.care.prescribing.queries import findings
from xinglin.care.prescribing.queries import sampling as queries
from xinglin.care.prescribing.tests import rx
from xinglin.care.prescribing.tests.test_sampling import (
    BAD,
    OBJECTED,
    draw,
    drawn,
    judge,
    object_to,
    told_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


def test_scores_are_of_the_sample_by_department_and_by_doctor(chain, head):
    for _ in range(2):
        rx.effective(chain)
    first, second = drawn(draw(head))
    judge(chain.other_pharmacist, first, BAD)
    judge(head, second)
    told = queries.one(head, first.sample_id)
    for score in (told["score"], told["departments"][0]["score"], told["doctors"][0]["score"]):
        assert (score["drawn"], score["judged"], score["rational_pct"]) == (2, 2, 50.0)
        counts = {each["code"]: each["count"] for each in score["classes"]}
        assert counts == {"irregular": 1, "unsuitable": 1, "abnormal": 0}
    seen = queries.one(chain.other_pharmacist, first.sample_id)
    assert seen["doctors"] == []
    assert {each["doctor"] for each in seen["items"]} == {None}
    assert seen["may"] == []


def test_the_spreadsheet_names_no_medicine_amount_or_patient(chain, head):
    row = told_of(chain, head)
    object_to(chain, row)
    content = rx.row(row.prescription_id).versions.get().content
    patient = people.patient_card(rx.row(row.prescription_id).patient_id).name
    for locale in ("zh", "en"):
        lines, scores = findings.sheets_of(head, row.sample_id, locale=locale)
        assert len(lines) == 2
        said = "\n".join(cell for line in [*lines, *scores] for cell in line)
        for never in (content["items"][0]["name"][locale], patient, "amlodipine", "¥"):
            assert never not in said
        assert OBJECTED in said
        assert "1-10 2-5" in said
        assert "s-1" in said
