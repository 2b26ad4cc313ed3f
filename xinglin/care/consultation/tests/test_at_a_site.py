"""A visit from a site: the patient of the walk-in asks, the site hears of its course, the record signs it."""

from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, transaction
from django.test.utils import CaptureQueriesContext

from xinglin.care.consultation import queries, reactions, services
from xinglin.care.consultation.messages import queries as messages
from xinglin.care.consultation.models import Consultation, RecordVersion
from xinglin.care.consultation.queries.evidence import visit_evidence, visit_facts
from xinglin.care.consultation.queries.exports import export_part
from xinglin.care.consultation.queries.letters import on_paper, referral_letter
from xinglin.care.consultation.tests import factories as make
from xinglin.care.consultation.tests.at_site import ask, helper_of, last_event, waiting, wish
from xinglin.care.consultation.tests.factories import Cast, Person
from xinglin.care.people.tests import factories as people
from xinglin.care.sites import services as site_services
from xinglin.care.sites.tests import factories as sites
from xinglin.care.sites.types import WalkInCard
from xinglin.care.triage.tests.counter import bound, came_to, reading, row_of
from xinglin.foundation.accounts.types import Viewer
from xinglin.kernel import clock, ids
from xinglin.kernel.errors import Conflict, Forbidden, NotFound
from xinglin.policy.places import layers


@pytest.fixture
def here(cast: Cast) -> tuple[Person, WalkInCard, UUID]:
    return waiting()


def test_the_visit_knows_its_site_and_the_site_its_visit(here):
    person, walk, visit = here
    row = make.row(visit)
    assert (row.site_id, row.walk_in_id, row.channel) == (walk.site_id, walk.id, "video")
    assert (row.asked_by, row.asker_id) == ("self", person.patient_id)
    assert (row_of(walk).state, row_of(walk).consultation_id) == ("asked", visit)
    assert "at_site" in make.cards(visit)


def test_both_sides_read_where_the_patient_sits_and_what_was_measured(cast, here):
    person, walk, visit = here
    make.accept(visit, cast.doctor)
    for reader in (person.viewer, cast.doctor.viewer):
        site = queries.get(reader, visit)["site"]
        assert site["site"].zh == row_of(walk).site.name_zh
        assert (site["kind_text"].en, site["stays"]) == ("Drugstore", None)
        (measured,) = site["readings"]
        assert measured["values"] == {"systolic": 152, "diastolic": 94}
        assert (measured["unit"], measured["instrument_serial"]) == ("mm[Hg]", "BP-17")
    card = messages.last_card(visit, "at_site")
    assert row_of(walk).site.name_zh in card["text"]["zh"]
    assert "has not said yet" in card["text"]["en"]


def test_a_visit_from_home_says_nothing_of_a_site(cast):
    visit = make.active(cast.patient, cast.doctor)
    assert queries.get(cast.doctor.viewer, visit)["site"] is None
    assert "at_site" not in make.cards(visit)


def test_every_step_of_the_visit_moves_the_walk_in(cast, here):
    _, walk, visit = here
    make.accept(visit, cast.doctor)
    assert row_of(walk).state == "seen"
    services.hand_back(cast.doctor.viewer, visit, reason="doctor_unable", at=clock.now())
    assert row_of(walk).state == "asked"
    make.accept(visit, cast.other_doctor)
    assert row_of(walk).state == "seen"
    make.sign(visit, cast.other_doctor)
    make.close(visit, cast.other_doctor)
    assert (row_of(walk).state, row_of(walk).ending) == ("ended", "closed")


@pytest.mark.parametrize(
    ("act", "ending"),
    [
        (lambda p, v: services.choose(p.viewer, v, choice="cancel", at=clock.now()), "cancelled_by_patient"),
        (lambda p, v: services.give_up(v, at=clock.now() + make.minutes(61)), "no_doctor_in_time"),
    ],
    ids=["cancelled", "waited for too long"],
)  # fmt: skip
def test_a_visit_without_a_doctor_ends_the_walk_in_too(here, act, ending):
    person, walk, visit = here
    act(person, visit)
    assert (row_of(walk).state, row_of(walk).ending) == ("ended", ending)


def test_a_step_that_fails_leaves_the_walk_in_as_it_was(cast, here):
    _, walk, visit = here
    site_services.leave(helper_of(walk), walk.id, reason="went_away", at=clock.now())
    with pytest.raises(Exception, match="illegal_step"):
        make.accept(visit, cast.doctor)
    assert make.row(visit).state == "waiting"
    assert row_of(walk).state == "left"


def test_who_has_left_is_waited_for_by_no_doctor(here):
    _, walk, visit = here
    site_services.leave(helper_of(walk), walk.id, reason="went_away", at=clock.now())
    event = last_event("WalkInMoved")
    for _ in range(2):
        reactions.cancel_left(event.id, event.payload, clock.now())
    assert (make.row(visit).state, make.row(visit).ending) == ("cancelled", "left_site")
    assert make.cards(visit)[-1] == "cancelled"


def test_a_screen_asks_for_its_own_walk_in_and_once(cast, here):
    person, walk, _ = here
    with pytest.raises(Conflict) as again:
        services.open_consultation(
            person.viewer,
            intake_id=row_of(walk).intake_id,
            department=make.department(1),
            at=clock.now(),
        )
    assert again.value.code == "consultation_open"
    for other in (make.intake(person), make.intake(cast.patient)):
        with pytest.raises(NotFound):
            services.open_consultation(
                person.viewer, intake_id=other, department=make.department(1), at=clock.now()
            )


def test_a_walk_in_that_is_over_asks_no_more(here):
    person, walk, visit = here
    services.choose(person.viewer, visit, choice="cancel", at=clock.now())
    row = row_of(walk)
    row.intake_id = make.intake(person)
    row.save()
    with pytest.raises(Conflict) as over:
        services.open_consultation(
            person.viewer, intake_id=row.intake_id, department=make.department(), at=clock.now()
        )
    assert over.value.code == "walk_in_over"


def of_the_family(relation: str, born: Any, sex: str) -> tuple[Person, WalkInCard]:
    """Somebody of an account's family, registered there, has come with the account's holder."""
    holder, own = people.patient_viewer(), people.id_number(people.MAN, "male")
    number = people.id_number(born, sex)
    people.register(holder, name="周明远", born=people.MAN, sex="male", number=own)
    patient = people.register(
        holder, name="周家人", born=born, sex=sex, relation=relation, number=number
    )
    walk = sites.walk_in(
        sites.counter(),
        name="周家人",
        number=number,
        relative_sees=True,
        guardian=sites.Person(name="周明远", id_number=own) if patient.is_minor else None,
    )
    assert walk.holder_id == holder.user_id
    return Person(bound(holder, walk), patient_id=patient.id), walk


def test_an_adult_before_the_screen_asks_in_person_whosever_account_it_is(cast):
    person, walk = of_the_family("parent", people.date(1958, 3, 1), "female")
    row = make.row(ask(person, walk))
    assert (row.asked_by, row.relation, row.asker_id) == ("self", "self", person.patient_id)
    at_home = Person(people.as_viewer(person.id), patient_id=person.patient_id)
    with pytest.raises(Exception, match="rule_refused"):
        make.visit(at_home, where=1)


def test_a_child_is_asked_for_by_its_guardian(cast):
    person, walk = of_the_family("child", people.GIRL, "female")
    row = make.row(ask(person, walk))
    assert (row.asked_by, row.relation) == ("guardian", "child")


def test_the_record_signs_the_site_as_it_was_then(cast, here):
    person, walk, visit = here
    make.accept(visit, cast.doctor)
    make.sign(visit, cast.doctor)
    reading(walk, "spo2", value=97)
    summary = queries.summary(person.viewer, visit)
    assert summary["verified"]
    assert [each["kind"] for each in summary["version"]["site"]["readings"]] == ["blood_pressure"]
    assert queries.holding_version(visit)["site"] == summary["version"]["site"]
    services.amend(
        cast.doctor.viewer, visit, fields=make.RECORD, reason="补充血氧测量值", at=clock.now()
    )
    newer = queries.summary(person.viewer, visit)
    assert newer["verified"]
    assert [each["kind"] for each in newer["version"]["site"]["readings"]] == [
        "blood_pressure",
        "spo2",
    ]


def test_a_signed_site_stands_and_a_changed_one_no_longer_verifies(cast, here):
    person, _, visit = here
    make.accept(visit, cast.doctor)
    make.sign(visit, cast.doctor)
    forged = "update consultation_record_version set site = jsonb_set(site, '{code}', '\"X\"')"
    with pytest.raises(DatabaseError), transaction.atomic():
        make.connection.cursor().execute(forged)
    with make.connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("alter table consultation_record_version disable trigger user")
        cursor.execute(forged)
        cursor.execute("alter table consultation_record_version enable trigger user")
    assert not queries.summary(person.viewer, visit)["verified"]


def test_where_a_visit_is_held_is_not_changed(here):
    _, _, visit = here
    for values in ({"site_id": ids.new()}, {"walk_in_id": ids.new()}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Consultation.objects.filter(pk=visit).update(**values)


def test_copy_and_dispute_package_hold_the_site(cast, here):
    person, walk, visit = here
    make.accept(visit, cast.doctor)
    make.sign(visit, cast.doctor)
    part = export_part(person.id)
    (copy,) = part.data["visits"]
    assert copy["records"][0]["site"] == RecordVersion.objects.get().site
    assert walk.id in visit_facts(visit).things, "for who registered, wished and handed over"
    zone = layers("cn")[-1].zone
    records = next(p for p in visit_evidence(visit, zone) if p.name == "records")
    assert '"site":{' in records.texts["records/01.statement.json"].decode()
    for sections in (part.sections, records.sections):
        lines = [line for section in sections for line in section.lines]
        (where,) = [value for label, value in lines if label.en == "Held from a site"]
        assert row_of(walk).site.name_zh in where.zh
        assert "152/94 mm[Hg]" in where.en
        assert "BP-17" in where.en


def test_the_letter_of_a_referral_says_what_was_measured_until_then(cast, here):
    person, walk, visit = here
    make.accept(visit, cast.doctor)
    make.stop(visit, cast.doctor)
    with clock.frozen(clock.now() + make.minutes(1)):
        reading(walk, "spo2", value=97)
    told = referral_letter(person.viewer, visit, form="paper")
    said = [words for part in on_paper(told, "en").sections for _, words in part.lines]
    assert any("Blood pressure 152/94 mm[Hg] (instrument BP-17)" in words for words in said)
    assert "97" not in told.site.en


def test_a_changed_wish_stands_in_the_thread_once(cast, here):
    person, _, visit = here
    for event in [wish(person, stays=True)] * 2 + [wish(person, chat_shared=True)]:
        reactions.tell_stays(event.id, event.payload, clock.now())
    assert make.cards(visit).count("site_stays") == 1
    assert "stays in the room" in messages.last_card(visit, "site_stays")["text"]["en"]
    event = wish(person, stays=False)
    reactions.tell_stays(event.id, event.payload, clock.now())
    assert "已回避" in messages.last_card(visit, "site_stays")["text"]["zh"]


def test_the_assistant_reads_the_words_with_the_patients_yes_only(cast, here):
    person, walk, visit = here
    make.accept(visit, cast.doctor)
    make.say(visit, cast.doctor, words="请再量一次血压")
    helper = helper_of(walk)
    with pytest.raises(Forbidden) as no:
        read(helper, walk)
    assert no.value.code == "chat_not_shared"
    assert "A08" in no.value.text.zh
    wish(person, chat_shared=True)
    assert "请再量一次血压" in str(read(helper, walk))
    action, actor = make.audited(visit)[-1]
    assert (action, actor) == ("consultation.read_messages", helper.user_id)
    wish(person, chat_shared=False)
    with pytest.raises(Forbidden):
        read(helper, walk)


def read(viewer: Viewer, walk: WalkInCard) -> dict[str, Any]:
    return queries.messages_at_site(viewer, walk.id, since=0, limit=200)


def test_reading_costs_the_same_however_much_was_said(cast, here):
    person, walk, visit = here
    wish(person, chat_shared=True)
    asked = []
    for _ in range(2):
        with CaptureQueriesContext(make.connection) as found:
            read(helper_of(walk), walk)
        asked.append(len(found))
        for n in range(8):
            make.say(visit, person, words=f"第{n}句")
    assert asked[0] == asked[1]


def test_pictures_are_not_among_what_the_assistant_reads(cast, here):
    person, walk, visit = here
    make.messages.post(visit, person.id, "picture", {"picture_id": str(make.picture(person))})
    wish(person, chat_shared=True)
    kinds = {each.kind for each in read(helper_of(walk), walk)["messages"]}
    assert kinds == {"text", "card"}


def test_another_sites_assistant_a_patient_and_yesterday_find_no_conversation(cast, here):
    person, walk, _ = here
    wish(person, chat_shared=True)
    helper = helper_of(walk)
    for stranger in (sites.counter().assistant, cast.patient.viewer, cast.doctor.viewer):
        with pytest.raises(NotFound):
            read(stranger, walk)
    _, _, elsewhere = came_to(sites.counter(), name="周明远")
    with pytest.raises(NotFound):
        read(helper, elsewhere)
    with clock.frozen(clock.now() + make.minutes(24 * 60)), pytest.raises(NotFound):
        read(helper, walk)
