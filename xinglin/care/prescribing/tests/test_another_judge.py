"""Whoever judges a sample is another person than all who signed, and than whoever judged before."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from xinglin.care.prescribing.models import SampleJudgement
from xinglin.care.prescribing.queries import sampling as queries
from xinglin.care.prescribing.services import reviewing, sample_judging
from xinglin.care.prescribing.tests import rx
from xinglin.care.prescribing.tests.test_sampling import (
    draw,
    drawn,
    judge,
    object_to,
    of_product,
    told_of,
)
from xinglin.kernel import clock, ids

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


def twin_of(viewer):
    """Another account of the same person."""
    return rx.pharmacist(id_number_index=viewer.user_id.bytes)


def forged(row, **told):
    """Past every service."""
    with transaction.atomic():
        SampleJudgement.objects.create(sampled=row, at=clock.now(), **told)


def test_neither_of_two_pharmacists_judges(chain, head, settings):
    settings.SECOND_REVIEW_FOR = frozenset({"high_alert"})
    one = of_product(chain, rx.product(high_alert=True))
    reviewing.claim(chain.other_pharmacist, one, at=clock.now())
    rx.approve(chain, one, by=chain.other_pharmacist)
    (row,) = drawn(draw(head))
    first = chain.pharmacist
    for own in (first, twin_of(first), chain.other_pharmacist):
        with pytest.raises(sample_judging.OwnWorkError):
            judge(own, row)
    seen = queries.sampled(first, row.sample_id, row.pk)
    assert (seen["is_own_work"], seen["may_judge"]) == (True, False)
    assert not queries.one(first, row.sample_id)["items"][0]["may_judge"]
    marks = [first.user_id.bytes.hex()]
    for told in ({"judged_by": first.user_id}, {"judged_by": ids.new(), "judge_marks": marks}):
        with pytest.raises(DatabaseError, match="own work"):
            forged(row, number=1, **told)
    assert judge(head, row) == 1


def test_a_list_asks_for_all_first_reviews_at_once(chain, head):
    counted = []
    for _ in range(2):
        rx.effective(chain)
        sample = draw(head)
        with CaptureQueriesContext(connection) as told:
            queries.one(head, sample)
        counted.append(len(told))
    assert counted[0] == counted[1]


def test_an_objection_is_answered_by_another_person_not_another_account(chain, head):
    row = told_of(chain, head)
    object_to(chain, row)
    with pytest.raises(sample_judging.OwnAnswerError):
        judge(twin_of(chain.other_pharmacist), row, after=1)
    marks = [chain.other_pharmacist.user_id.bytes.hex()]
    with pytest.raises(DatabaseError, match="somebody else"):
        forged(row, number=2, answers_id=row.pk, judged_by=ids.new(), judge_marks=marks)
    assert judge(head, row, after=1) == 2
