import pytest

from xinglin.edge.limits import Buckets
from xinglin.kernel.errors import TooMany


def test_a_burst_passes_and_the_next_one_is_told_when_to_come_again() -> None:
    buckets = Buckets(burst=3, per_second=0.5)
    for _ in range(3):
        buckets.spend("a", at=10.0)
    with pytest.raises(TooMany) as refused:
        buckets.spend("a", at=10.0)
    assert refused.value.retry_after_s == 2
    buckets.spend("a", at=12.0)


def test_one_person_does_not_spend_what_belongs_to_another() -> None:
    buckets = Buckets(burst=1, per_second=1)
    buckets.spend("a", at=0.0)
    buckets.spend("b", at=0.0)
    with pytest.raises(TooMany):
        buckets.spend("a", at=0.5)
