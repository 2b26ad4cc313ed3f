"""Registration at the counter: whom it takes, what it refuses, and that twice is once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from xinglin.care.people import queries as people
from xinglin.care.people.models import Consent
from xinglin.care.people.services import give_consent, withdraw_consent
from xinglin.care.people.tests.factories import (
    BOY,
    MAN,
    WOMAN,
    id_number,
    patient_viewer,
)
from xinglin.care.people.tests.factories import register as register_at_home
from xinglin.care.sites import queries, services
from xinglin.care.sites.models import WalkIn, WalkInStep
from xinglin.care.sites.tests.factories import counter, form, walk_in
from xinglin.care.sites.types import Person
from xinglin.foundation.accounts.models import User
from xinglin.foundation.audit.models import AuditLine
from xinglin.foundation.audit.queries import accesses_of
from xinglin.foundation.database import services as database
from xinglin.kernel import clock, ids
from xinglin.kernel.errors import Conflict, Invalid, RuleRefused, TooMany

pytestmark = pytest.mark.usefixtures("house")


def put(at, **changes):
    return services.register(at.assistant, ids.new(), form(**changes), at=clock.now())


def refused(kind, at, **changes):
    with pytest.raises(kind) as caught:
        put(at, **changes)
    return caught.value


def test_a_new_patient_walks_in_without_a_phone(here):
    card = put(here)
    holder = User.objects.get(pk=card.holder_id)
    patient = people.patient_card(card.patient_id)
    assert (card.number, card.state, patient.relation) == (1, "registered", "self")
    assert (holder.phone_index, holder.has_usable_password(), holder.roles) == (
        None,
        False,
        ["patient"],
    )
    assert people.consent_status(holder.pk).binds
    assert queries.own_walk_in(here.assistant, card.id) == card
    lines = {(line.action, line.actor_id) for line in accesses_of(card.patient_id)}
    assert ("people.register_patient", here.assistant.user_id) in lines
    assert ("sites.register_walk_in", here.assistant.user_id) in lines


def test_the_same_form_twice_is_one_walk_in(here):
    wanted, identifier = form(), ids.new()
    first = services.register(here.assistant, identifier, wanted, at=clock.now())
    captured = replace(wanted, captured_at=clock.now() - timedelta(minutes=5))
    assert services.register(here.assistant, identifier, captured, at=clock.now()) == first
    assert (WalkIn.objects.count(), WalkInStep.objects.count()) == (1, 1)


def test_another_form_under_the_same_id_is_refused(here):
    wanted, identifier = form(), ids.new()
    services.register(here.assistant, identifier, wanted, at=clock.now())
    changed = replace(wanted, complaint="肚子疼")
    with pytest.raises(Conflict) as caught:
        services.register(here.assistant, identifier, changed, at=clock.now())
    assert caught.value.code == "walk_in_differs"


def test_who_is_here_already_is_not_registered_again_and_the_open_one_is_named(here):
    number = id_number()
    first = put(here, number=number)
    error = refused(Conflict, here, number=number)
    assert (error.code, error.extra["walk_in_id"]) == ("already_here", str(first.id))
    services.leave(here.assistant, first.id, reason="left", at=clock.now())
    assert put(here, number=number).number == 2


def test_numbers_of_the_day_count_up_at_each_site(here):
    assert [walk_in(here).number for _ in range(3)] == [1, 2, 3]
    assert walk_in(counter()).number == 1


def test_a_patient_known_from_home_keeps_the_own_account(here):
    viewer, number = patient_viewer(), id_number()
    known = register_at_home(viewer, number=number)
    card = put(here, number=number)
    assert (card.patient_id, card.holder_id) == (known.id, viewer.user_id)


def test_another_name_than_the_registered_one_is_refused_in_words(here):
    number = id_number()
    register_at_home(patient_viewer(), number=number)
    assert refused(Invalid, here, number=number, name="王大山").code == "name_differs"
    person = Person(name="王大山", id_number=number)
    with pytest.raises(Invalid) as caught:
        services.look_up(here.assistant, person, at=clock.now())
    assert caught.value.code == "name_differs"


def test_a_relatives_account_sees_the_visit_only_with_the_patients_yes(here):
    holder, number = patient_viewer(), id_number(MAN, "male")
    register_at_home(holder)
    agree_at_home(holder)
    known = register_at_home(
        holder, name="林大山", born=MAN, sex="male", relation="parent", number=number
    )
    wanted = {"name": "林大山", "number": number}
    assert refused(Conflict, here, **wanted).code == "relative_sees_needed"
    card = put(here, relative_sees=True, **wanted)
    assert (card.patient_id, card.holder_id) == (known.id, holder.user_id)


def relatives(**changes):
    """A parent in the account of a grown child, who is not at the counter."""
    holder, number = patient_viewer(), id_number(MAN, "male")
    register_at_home(holder)
    register_at_home(holder, name="林大山", born=MAN, sex="male", relation="parent", number=number)
    return holder, {"name": "林大山", "number": number, "relative_sees": True} | changes


def agree_at_home(holder, kind="service"):
    version = people.required_text(kind).version
    give_consent(holder, kind=kind, version=version, at=clock.now())


def test_nobody_agrees_for_a_relative_who_is_not_there(here):
    holder, wanted = relatives()
    agree_at_home(holder)
    withdraw_consent(holder, kind="service", at=clock.now())
    assert refused(Conflict, here, **wanted).code == "relative_consent_needed"
    assert people.consent_status(holder.user_id).withdrawn
    assert not WalkIn.objects.exists()
    agree_at_home(holder)
    before = Consent.objects.count()
    assert refused(Conflict, here, consents=(), **wanted).code == "consent_required"
    card = put(here, **wanted)
    assert Consent.objects.count() == before
    (line,) = [
        line for line in accesses_of(card.patient_id) if line.action == "sites.patient_agrees"
    ]
    assert line.actor_id == here.assistant.user_id
    steps = WalkInStep.objects.filter(walk_in_id=card.id, step="agree")
    assert [step.by for step in steps] == [here.assistant.user_id]


def test_at_the_counter_only_the_consent_to_the_service_is_taken(here):
    for kind in ("proxy", "face", "anything"):
        error = refused(Invalid, here, consents=((kind, "2026-11-01"),))
        assert [each.field for each in error.errors] == ["consents"]


def test_a_minor_comes_with_a_guardian_who_is_registered_on_the_way(here):
    child = {"name": "林乐", "born": BOY, "sex": "male"}
    assert refused(Conflict, here, **child).code == "guardian_needed"
    guardian = Person(name="林小满", id_number=id_number(WOMAN))
    card = put(here, guardian=guardian, **child)
    patient = people.patient_card(card.patient_id)
    assert (patient.relation, people.guardian_name(patient.id)) == ("child", "林小满")


def test_what_is_wrong_with_a_guardian_is_said_at_the_guardians_fields(here):
    child = {"name": "林乐", "born": BOY, "sex": "male"}
    guardian = Person(name="1", id_number=id_number(WOMAN))
    error = refused(Invalid, here, guardian=guardian, **child)
    assert [each.field for each in error.errors] == ["guardian.name"]


def test_a_known_minor_comes_with_the_adult_of_the_account_and_no_other(here):
    holder, hers, number = patient_viewer(), id_number(), id_number(BOY, "male")
    register_at_home(holder, number=hers)
    register_at_home(holder, name="林乐", born=BOY, sex="male", relation="child", number=number)
    child = {"name": "林乐", "number": number}
    assert refused(Conflict, here, **child).code == "guardian_needed"
    stranger = Person(name="王大山", id_number=id_number(MAN, "male"))
    assert refused(Conflict, here, guardian=stranger, **child).code == "guardian_elsewhere"
    mother = Person(name="林小满", id_number=hers)
    assert put(here, guardian=mother, **child).holder_id == holder.user_id


def test_family_of_a_regular_is_chosen_by_what_the_list_shows(here):
    holder, hers, number = patient_viewer(), id_number(), id_number(BOY, "male")
    register_at_home(holder, number=hers)
    child = register_at_home(
        holder, name="林乐", born=BOY, sex="male", relation="child", number=number
    )
    found = services.look_up(here.assistant, Person(name="林小满", id_number=hers), at=clock.now())
    ((member, masked),) = found.family
    assert (member.id, masked[-4:], number in masked) == (child.id, number[-4:], False)
    card = put(here, name="林乐", number=masked, family_of=hers)
    assert card.patient_id == child.id
    error = refused(Invalid, here, name="王大山", number=masked, family_of=hers)
    assert error.code == "not_of_family"


def test_who_is_in_a_relatives_account_is_shown_nobody_of_it(here):
    holder, number = patient_viewer(), id_number(MAN, "male")
    register_at_home(holder)
    register_at_home(holder, name="林大山", born=MAN, sex="male", relation="parent", number=number)
    person = Person(name="林大山", id_number=number)
    found = services.look_up(here.assistant, person, at=clock.now())
    assert (found.patient.relation, found.family) == ("parent", ())


def test_looking_up_cards_again_and_again_is_limited(here):
    person, at = Person(name="林小满", id_number=id_number()), clock.now()
    for _ in range(60):
        services.look_up(here.assistant, person, at=at)
    with pytest.raises(TooMany):
        services.look_up(here.assistant, person, at=at)


def test_registering_known_cards_again_and_again_is_limited_and_each_refusal_is_kept(here):
    number = id_number()
    register_at_home(patient_viewer(), number=number)
    for _ in range(3):  # As often as it outlived its refusal.
        refused(Invalid, here, number=number, name="王大山")
    mine = AuditLine.objects.filter(
        actor_id=here.assistant.user_id, action="sites.card_refused", thing_id=here.device.pk
    )
    assert [line.detail for line in mine] == [{"code": "name_differs"}] * 3
    spend = "update people_attempt set tries = 60 where user_id = %s and tries = 3 returning act"
    assert database.apart(spend, [here.assistant.user_id]) == [("site_register",)]
    refused(TooMany, here, number=number, name="王大山")


def test_a_family_is_opened_by_the_card_of_the_accounts_own_adult(here):
    holder, wanted = relatives()
    agree_at_home(holder)
    child = id_number(BOY, "male")
    register_at_home(holder, name="林乐", born=BOY, sex="male", relation="child", number=child)
    error = refused(Invalid, here, name="林乐", number=child, family_of=wanted["number"])
    assert error.code == "not_of_family"


def test_without_consent_nobody_new_is_registered_and_no_account_is_left(here):
    before = User.objects.count()
    refused(RuleRefused, here, consents=())
    assert User.objects.count() == before


def test_an_older_text_of_the_consent_is_refused_but_for_what_was_captured(here):
    old = (("service", "2001-01"),)
    assert refused(Conflict, here, consents=old).code == "consent_version_changed"
    earlier = clock.now() - timedelta(hours=1)
    card = put(here, consents=old, captured_at=earlier)
    assert card.captured_at == earlier
    assert not people.consent_status(card.holder_id).binds


def test_what_was_captured_long_ago_or_in_the_future_is_refused(here):
    for off in (timedelta(days=-4), timedelta(hours=1)):
        error = refused(Invalid, here, captured_at=clock.now() + off)
        assert [each.field for each in error.errors] == ["captured_at"]


def test_without_a_complaint_nobody_is_registered_and_none_is_taken_away(here):
    assert [each.field for each in refused(Invalid, here, complaint=" ").errors] == ["complaint"]
    card = put(here)
    with pytest.raises(Invalid):
        services.change_complaint(here.assistant, card.id, "", at=clock.now())
    assert queries.walk_in(card.id).complaint == card.complaint


def test_no_number_that_is_no_identity_number_passes(here):
    assert refused(Invalid, here, number="110000198805170000").errors[0].field == "id_number"
