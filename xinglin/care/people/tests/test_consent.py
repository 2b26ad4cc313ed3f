"""Consent: to one version, until it is withdrawn, and with an effect on the next visit."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, connections, transaction

from xinglin.care.people import queries, services
from xinglin.care.people.models import Consent, ConsentText
from xinglin.care.people.tests.factories import hospital, patient_viewer
from xinglin.foundation.audit.queries import lines
from xinglin.kernel import clock
from xinglin.kernel.errors import Conflict, NotFound, Unavailable
from xinglin.policy import facts
from xinglin.policy.rules import decide, local_date

VERSION = "2026-11-01"


@pytest.fixture(autouse=True)
def house(db):
    hospital()


def give(viewer, version: str = VERSION):
    return services.give_consent(viewer, kind="service", version=version, at=clock.now())


def withdraw(viewer):
    return services.withdraw_consent(viewer, kind="service", at=clock.now())


def newer(**changes) -> ConsentText:
    known = {
        "kind": "service",
        "version": "2026-12-01",
        "text_zh": "新",
        "text_en": "New",
        "in_force_from": clock.now() - timedelta(minutes=1),
    }
    return ConsentText.objects.create(**(known | changes))


def may_begin(viewer) -> tuple[str, set[str]]:
    """What policy says to a visit for advice."""
    status = queries.consent_status(viewer.user_id)
    asked = facts.OpenKind(
        wanted="advice",
        age_years=30,
        specialty="02",
        institution="hospital",
        institution_licensed=True,
        identity_verified=True,
        consent_required_version=status.required_version,
        consent_given_version=status.given_version,
        consent_withdrawn=status.withdrawn,
    )
    verdict = decide("open_kind", asked, place="cn", on=local_date(clock.now()))
    return verdict.kind, set(verdict.rule_ids)


def test_consent_is_given_to_the_version_in_force_and_leaves_a_line():
    viewer = patient_viewer(agreed=False)
    assert not queries.consent_status(viewer.user_id).binds
    assert give(viewer).binds
    (line,) = lines(actor=viewer.user_id, action="people.give_consent")
    assert line.detail == {"version": VERSION}


def test_given_twice_it_is_given_once():
    viewer = patient_viewer(agreed=False)
    give(viewer)
    give(viewer)
    assert Consent.objects.filter(holder_id=viewer.user_id).count() == 1


def test_another_version_than_the_one_in_force_is_refused():
    with pytest.raises(Conflict) as caught:
        give(patient_viewer(agreed=False), "2020-01-01")
    assert caught.value.code == "consent_version_changed"


def test_a_new_version_asks_again():
    viewer = patient_viewer()
    newer()
    status = queries.consent_status(viewer.user_id)
    assert (status.required_version, status.given_version) == ("2026-12-01", VERSION)
    assert not status.binds
    assert give(viewer, "2026-12-01").binds


def test_a_version_of_tomorrow_does_not_bind_today():
    viewer = patient_viewer()
    newer(in_force_from=clock.now() + timedelta(days=1))
    assert queries.consent_status(viewer.user_id).binds


def test_v24_after_withdrawal_no_visit_begins_and_what_was_given_stays_on_record():
    viewer = patient_viewer()
    assert may_begin(viewer)[0] == "allow"
    withdraw(viewer)
    kind, rules = may_begin(viewer)
    assert kind == "refuse"
    assert "R52" in rules
    kept = Consent.objects.get(holder_id=viewer.user_id)
    assert kept.withdrawn_at is not None
    with pytest.raises(Conflict):
        services.require_consent(viewer.user_id)


def test_consent_can_be_given_again_after_withdrawal():
    viewer = patient_viewer()
    withdraw(viewer)
    assert give(viewer).binds
    assert may_begin(viewer)[0] == "allow"
    assert Consent.objects.filter(holder_id=viewer.user_id).count() == 2


def test_withdrawing_what_was_not_given_is_refused():
    with pytest.raises(Conflict) as caught:
        withdraw(patient_viewer(agreed=False))
    assert caught.value.code == "no_consent_to_withdraw"


def test_an_unknown_kind_is_not_found():
    viewer = patient_viewer()
    with pytest.raises(NotFound):
        services.withdraw_consent(viewer, kind="marketing", at=clock.now())


def test_one_persons_withdrawal_is_nobody_elses():
    first, second = patient_viewer(), patient_viewer()
    withdraw(first)
    assert queries.consent_status(second.user_id).binds


def unlock() -> None:
    """As nobody can from outside: the database itself refuses to touch a text in force."""
    with connection.cursor() as cursor:
        cursor.execute("alter table people_consenttext disable trigger user")


@pytest.mark.parametrize("touch", ["update", "delete"])
def test_a_text_in_force_is_not_altered_even_in_the_database(touch):
    text = ConsentText.objects.filter(version=VERSION)
    with pytest.raises(DatabaseError, match="is in force"), transaction.atomic():
        text.update(text_en="Something else") if touch == "update" else text.delete()


def test_a_hospital_without_its_text_says_so():
    unlock()
    ConsentText.objects.all().delete()
    with pytest.raises(Unavailable):
        queries.required_text()


def test_a_released_text_is_never_rewritten():
    unlock()
    ConsentText.objects.filter(version=VERSION).update(text_en="Something else")
    with pytest.raises(ValueError, match="new version"):
        services.seed_consent_texts()


@pytest.mark.django_db(transaction=True)
def test_given_at_eight_doors_at_once_it_is_given_once():
    viewer = patient_viewer(agreed=False)

    def attempt(_: int) -> bool:
        try:
            return give(viewer).binds
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(attempt, range(8)))
    assert Consent.objects.filter(holder_id=viewer.user_id).count() == 1
