"""A doctor's team: who may be in it, that all of it is audited, and that leaving holds at once."""

import pytest
from django.db import IntegrityError, transaction

from xinglin.care.people import queries, services
from xinglin.care.people.models import TeamMember
from xinglin.care.people.tests import factories as make
from xinglin.foundation.accounts.models import User
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit.models import AuditLine
from xinglin.foundation.outbox.models import OutboxEvent
from xinglin.kernel import clock, ids
from xinglin.kernel.errors import Conflict, NotFound

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(db):
    return make.hospital()


def doctor(slug: str = "general_practice") -> Viewer:
    return make.doctor(slug)[0]


def assistant(house, name: str = "周敏", **changes) -> User:
    values = {"roles": ["assistant"], "institution_id": house.id, **changes}
    return User.objects.create(
        username=f"a{ids.new().hex}", display_name=name, password="!", **values
    )


def add(lead: Viewer, *people: User) -> None:
    for each in people:
        services.add_assistant(lead, each.pk, at=clock.now())


def switch(lead: Viewer, *, is_on: bool) -> None:
    services.switch_team(lead, is_on=is_on, at=clock.now())


def test_whoever_is_in_a_team_that_is_on_helps_its_doctor(house):
    lead, helper = doctor(), assistant(house)
    assert queries.lead_of(helper.pk) is None
    add(lead, helper)
    assert queries.lead_of(helper.pk) is None, "the team is not on yet"
    switch(lead, is_on=True)
    told = queries.lead_of(helper.pk)
    assert told is not None
    assert told.user_id == lead.user_id
    assert told.by == {
        "assistant": str(helper.pk),
        "name": "周敏",
        "lead": told.name.as_dict(),
    }
    switch(lead, is_on=False)
    assert queries.lead_of(helper.pk) is None
    assert queries.lead_told(helper.pk) == told.name


def test_whoever_is_removed_helps_no_more(house):
    lead, helper = doctor(), assistant(house)
    add(lead, helper)
    switch(lead, is_on=True)
    services.remove_assistant(lead, helper.pk, at=clock.now())
    assert queries.lead_of(helper.pk) is None
    assert queries.team(lead).members == ()
    with pytest.raises(NotFound):
        services.remove_assistant(lead, helper.pk, at=clock.now())
    add(lead, helper)
    assert [each.name for each in queries.team(lead).members] == ["周敏"]


def test_an_account_without_the_role_helps_nobody(house):
    lead, helper = doctor(), assistant(house)
    add(lead, helper)
    switch(lead, is_on=True)
    User.objects.filter(pk=helper.pk).update(roles=[])
    assert queries.lead_of(helper.pk) is None


def test_added_twice_is_added_once_and_by_two_doctors_refused(house):
    lead, other, helper = doctor(), doctor(), assistant(house)
    add(lead, helper, helper)
    assert TeamMember.objects.count() == 1
    with pytest.raises(Conflict) as told:
        add(other, helper)
    assert told.value.code == "assistant_taken"
    with pytest.raises(IntegrityError), transaction.atomic():
        TeamMember.objects.create(
            lead_id=queries.practitioner_by_user(other.user_id).id,
            assistant_id=helper.pk,
            added_by=other.user_id,
            added_at=clock.now(),
        )


def test_only_assistants_of_the_house_are_taken(house):
    lead = doctor()
    wrong = [
        assistant(house, roles=["operator"]),
        assistant(house, roles=["assistant", "doctor"]),
        assistant(house, is_active=False),
        assistant(house, institution_id=ids.new()),
    ]
    for each in wrong:
        with pytest.raises(NotFound):
            add(lead, each)
    with pytest.raises(NotFound):
        services.add_assistant(lead, ids.new(), at=clock.now())
    assert queries.team(lead).free == ()


def test_a_team_is_no_bigger_than_a_doctor_can_answer_for(house):
    lead = doctor()
    add(lead, *(assistant(house, f"助理{n}") for n in range(queries.team(lead).most)))
    with pytest.raises(Conflict) as told:
        add(lead, assistant(house))
    assert told.value.code == "team_full"


def test_nobody_but_a_doctor_leads(house):
    helper = assistant(house)
    for viewer in (make.staff_viewer("operator"), make.staff_viewer("assistant")):
        for act in (
            lambda viewer=viewer: add(viewer, helper),
            lambda viewer=viewer: switch(viewer, is_on=True),
            lambda viewer=viewer: queries.team(viewer),
        ):
            with pytest.raises(NotFound):
                act()


def test_those_who_help_nobody_are_found_by_name(house):
    lead, other = doctor(), doctor()
    free, taken = assistant(house, "周敏"), assistant(house, "周一")
    assistant(house, "50%_")
    add(other, taken)
    assert [each.id for each in queries.team(lead, "周").free] == [free.pk]
    assert [each.name for each in queries.team(lead, "%_").free] == ["50%_"]


def test_who_came_and_went_is_in_the_audit_and_told(house):
    lead, helper = doctor(), assistant(house)
    add(lead, helper)
    switch(lead, is_on=True)
    switch(lead, is_on=True)
    services.remove_assistant(lead, helper.pk, at=clock.now())
    lines = AuditLine.objects.filter(actor_id=lead.user_id, thing="practitioner").order_by("id")
    assert [line.action for line in lines if line.action.startswith("people.")][-3:] == [
        "people.add_assistant",
        "people.switch_team",
        "people.remove_assistant",
    ]
    events = OutboxEvent.objects.filter(kind="TeamChanged")
    assert events.count() == 3
    for event in events:
        assert set(event.audience) == {f"user:{lead.user_id}", f"user:{helper.pk}"}
