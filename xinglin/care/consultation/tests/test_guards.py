"""What the database refuses by itself."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from xinglin.care.consultation import services
from xinglin.care.consultation.models import Consultation
from xinglin.care.consultation.tests import factories as make


@pytest.mark.parametrize(
    "table", ["consultation_step", "consultation_record_version", "consultation_rating"]
)
@pytest.mark.parametrize("change", ["delete from {}", "update {} set consultation_id = null"])
def test_a_row_that_tells_what_happened_stands(cast, table, change):
    visit = make.ended(cast.patient, cast.doctor)
    services.rate(cast.patient.viewer, visit, score=5, tags=(), comment="", at=make.now())
    with (
        pytest.raises(DatabaseError, match="never changed or deleted"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change.format(table))


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("a_state_is_of_the_table", {"state": "dreaming"}),
        ("every_ending_has_a_reason", {"ending": "closed", "ended_for": "treated"}),
        ("a_doctor_ends_a_visit_for_a_reason", {"ended_for": "treated"}),
        ("an_open_visit_has_a_deadline", {"due_at": None}),
        ("a_visit_has_a_doctor_from_accept_on", {"doctor_user_id": None}),
        ("advice_carries_no_prescription", {"may_prescribe": True}),
    ],
)
def test_an_impossible_visit_is_refused(cast, constraint, changes):
    make.active(cast.patient, cast.doctor)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Consultation.objects.update(**changes)


def test_nobody_is_written_down_as_the_doctor_of_the_own_account(cast):
    make.active(cast.patient, cast.doctor)
    with (
        pytest.raises(IntegrityError, match="nobody_treats_the_own_account"),
        transaction.atomic(),
    ):
        Consultation.objects.update(doctor_user_id=cast.patient.id)
