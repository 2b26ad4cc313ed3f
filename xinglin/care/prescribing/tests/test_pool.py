"""The order in which what waits comes to the pharmacists."""

from datetime import timedelta

from xinglin.care.consultation.tests.factories import Browser, Person
from xinglin.care.prescribing.models import Prescription
from xinglin.care.prescribing.tests import rx


def test_the_nearest_deadline_comes_first_also_from_page_to_page(chain, at_noon):
    made = [rx.signed(chain) for _ in range(5)]
    first = rx.row(made[0]).review_due_at
    # The oldest has the longest time, and two have the same.
    minutes = [40, 10, 30, 10, 20]
    for each, later in zip(made, minutes, strict=True):
        due = first + timedelta(minutes=later, microseconds=7)
        Prescription.objects.filter(pk=each).update(review_due_at=due)
    pharmacist = Browser(Person(chain.pharmacist))
    seen, after = [], ""
    while after is not None:
        page = pharmacist.get("/review", limit=2, **({"after": after} if after else {})).json()
        seen += [each["id"] for each in page["items"]]
        after = page["next"]
    assert seen == [str(made[place]) for place in (1, 3, 4, 2, 0)]


def test_a_page_that_is_none_is_refused(chain):
    pharmacist = Browser(Person(chain.pharmacist))
    for after in ("x", "1", f"{'9' * 18}.{chain.visit}", f"1.{'z' * 36}"):
        answer = pharmacist.get("/review", after=after)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "after")
