"""What follows when consent ends, a copy is asked for, or an account closes."""

import json
import re
import zipfile
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model

from xinglin.care.consultation import reactions
from xinglin.care.consultation.messages import services as messages
from xinglin.care.consultation.models import RecordVersion
from xinglin.care.consultation.tests import factories as make
from xinglin.care.consultation.tests.test_who_asked import agree, child, relative
from xinglin.care.people import queries as people
from xinglin.care.people import services, tasks
from xinglin.care.people.models import Export, MergeProposal, Patient, ProxyConsent
from xinglin.care.people.queries.exports import export_path
from xinglin.care.people.tests import factories as at_people
from xinglin.care.triage.models import Intake
from xinglin.foundation.accounts.models import Confirmation, User
from xinglin.foundation.accounts.services import create_patient_account, lock_account
from xinglin.foundation.audit.queries import lines
from xinglin.foundation.notices.models import DemoMessage
from xinglin.foundation.notices.queries import demo_inbox
from xinglin.foundation.notices.tasks import send_sms
from xinglin.foundation.outbox.services import relay_pending
from xinglin.kernel import clock, ids
from xinglin.kernel.errors import Conflict, Invalid, NotFound, RuleRefused, TooMany

PHONE = "13800138222"


@pytest.fixture(autouse=True)
def _places(settings, tmp_path):
    settings.FILES_DIR = tmp_path
    settings.DEMO = True
    settings.NOTICE_GATEWAYS = {"sms": "demo", "mail": "demo"}


@pytest.fixture
def cast(db):
    return make.cast()


def withdraw(person):
    services.withdraw_consent(person.viewer, kind="service", at=clock.now())
    while relay_pending():
        pass


def test_withdrawal_cancels_what_no_doctor_has_and_leaves_the_rest_to_its_end(cast):
    waiting = make.visit(cast.patient)
    active = make.active(cast.patient, cast.doctor, where=1)
    withdraw(cast.patient)
    assert (make.row(waiting).state, make.row(waiting).ending) == (
        "cancelled",
        "consent_withdrawn",
    )
    assert make.row(active).state == "active"
    assert make.cards(active)[-1] == "consent_withdrawn"
    with pytest.raises(RuleRefused):
        make.visit(cast.patient, where=2)


def test_withdrawal_is_nobody_elses(cast):
    others = make.visit(cast.other_patient)
    withdraw(cast.patient)
    assert make.row(others).state == "waiting"


def test_who_has_agreed_again_meanwhile_loses_nothing(cast):
    waiting = make.visit(cast.patient)
    holder = str(cast.patient.id)
    reactions.cancel_what_waits(ids.new(), {"holder_id": holder}, clock.now())
    assert make.row(waiting).state == "waiting"


def test_a_relatives_withdrawal_cancels_what_was_asked_for_them_only(cast):
    person = relative(cast)
    agree(person)
    asked, own = make.visit(person), make.visit(cast.patient, where=1)
    payload = {"holder_id": str(person.id), "patient_id": str(person.patient_id)}
    for _ in range(2):
        reactions.cancel_what_waits(ids.new(), payload, clock.now())
    assert make.row(asked).ending == "consent_withdrawn"
    assert make.row(own).state == "waiting"


def copy_of(person) -> zipfile.ZipFile:
    asked = services.ask_export(person.viewer, clock.now())
    assert tasks.make_exports() == 1
    return zipfile.ZipFile(people.export_file(person.viewer, asked.pk, clock.now()))


def test_a_copy_holds_the_account_the_conversation_and_the_signed_record(cast):
    visit_id = make.ended(cast.patient, cast.doctor)
    make.ended(cast.other_patient, cast.doctor)
    copy = copy_of(cast.patient)
    data = json.loads(copy.read("data.json"))
    (visit,) = data["visits"]["visits"]
    assert visit["id"] == str(visit_id)
    assert visit["records"][0]["fields"]["chief_complaint"] == "咳嗽三天"
    assert visit["records"][0]["signature"]
    assert visit["messages"][0]["body"]["text"] == "咳嗽三天，晚上更重"
    assert [p["name"] for p in data["account"]["patients"]] == ["林小满"]
    assert data["intakes"][0]["complaint"] == "咳嗽三天，晚上更重"
    page = copy.read("index.html").decode()
    assert "急性上呼吸道感染" in page
    assert 'lang="zh-CN"' in page


def test_the_page_is_in_the_language_of_the_one_who_asks_and_runs_nothing(cast):
    User.objects.filter(pk=cast.patient.id).update(locale="en")
    person = make.Person(at_people.as_viewer(cast.patient.id), patient_id=cast.patient.patient_id)
    make.visit(person, complaint="<script>alert(1)</script> =SUM(A1)")
    page = copy_of(person).read("index.html").decode()
    assert "My data at Xinglin" in page
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_in_a_copy_whoever_spoke_for_a_side_is_named(cast):
    visit_id = make.active(cast.patient, cast.doctor)
    by = {"assistant": str(ids.new()), "name": "周敏", "lead": {"zh": "张", "en": "Zhang"}}
    messages.post(visit_id, cast.doctor.id, "text", {"text": "请先测一次体温", "by": by})
    assert "医生（助理周敏）" in copy_of(cast.patient).read("index.html").decode()


def test_the_days_of_a_copy_are_those_of_the_house(cast):
    """At eight in the evening of UTC it is tomorrow in Shanghai."""
    evening = (clock.now() + timedelta(days=1)).replace(hour=20)
    with clock.later(evening - clock.now()):
        page = copy_of(cast.patient).read("index.html").decode()
    assert f"您在 {evening + timedelta(days=1):%Y-%m-%d} 申请" in page


def test_a_copy_is_its_holders_and_leaves_lines(cast):
    asked = services.ask_export(cast.patient.viewer, clock.now())
    with pytest.raises(Conflict):
        people.export_file(cast.patient.viewer, asked.pk, clock.now())
    tasks.make_exports()
    with pytest.raises(NotFound):
        people.export_file(cast.other_patient.viewer, asked.pk, clock.now())
    people.export_file(cast.patient.viewer, asked.pk, clock.now())
    for action in ("people.ask_export", "people.download_export"):
        assert len(lines(actor=cast.patient.id, action=action)) == 1


def test_a_copy_expires_after_a_week(cast):
    copy_of(cast.patient)
    row = Export.objects.get()
    assert export_path(row.pk).is_file()
    late = row.expires_at + timedelta(seconds=1)
    with pytest.raises(Conflict) as caught:
        people.export_file(cast.patient.viewer, row.pk, late)
    assert caught.value.code == "export_gone"
    Export.objects.update(expires_at=clock.now())
    assert tasks.drop_exports() == 1
    assert not export_path(row.pk).exists()


def test_one_copy_is_made_at_a_time_and_three_a_day(cast):
    viewer = cast.patient.viewer
    services.ask_export(viewer, clock.now())
    with pytest.raises(Conflict):
        services.ask_export(viewer, clock.now())
    tasks.make_exports()
    for _ in range(2):
        services.ask_export(viewer, clock.now())
        tasks.make_exports()
    with pytest.raises(TooMany):
        services.ask_export(viewer, clock.now())


def test_a_copy_that_cannot_be_made_is_tried_again_and_then_said_to_have_failed(cast, settings):
    settings.EXPORT_PARTS = (f"{__name__}.broken",)
    services.ask_export(cast.patient.viewer, clock.now())
    for tries in range(1, 5):
        Export.objects.update(retry_at=clock.now())
        tasks.make_exports()
        assert Export.objects.get().tries == tries
    assert Export.objects.get().state == "failed"
    assert not list(settings.FILES_DIR.rglob("*.draft"))


def broken(_holder):
    raise OSError


def code_for(person) -> str:
    DemoMessage.objects.all().delete()
    services.send_closing_code(person.viewer, clock.now())
    send_sms()
    return re.search(r"\d{6}", demo_inbox()[0].text.zh).group()


def close(person) -> None:
    services.close_own_account(person.viewer, code=code_for(person), at=clock.now())
    while relay_pending():
        pass


def patient(number: str | None = None) -> make.Person:
    viewer = at_people.patient_viewer(phone=PHONE)
    return make.Person(viewer, patient_id=at_people.register(viewer, number=number).id)


def test_a_closed_account_names_nobody_and_nobody_signs_in(cast):
    person = patient()
    close(person)
    user = get_user_model().objects.get(pk=person.id)
    assert (user.phone_sealed, user.phone_index, user.display_name, user.roles) == (
        None,
        None,
        "",
        [],
    )
    assert not user.is_active
    assert people.own_patients(person.viewer) == []
    with pytest.raises(NotFound):
        lock_account(person.id)


def test_every_device_is_signed_out_with_its_next_request(cast):
    person = patient()
    devices = [make.Browser(person) for _ in range(3)]
    assert devices[1].get("/people/me").status_code == 200
    assert devices[0].post("/account/closing", {"code": code_for(person)}).status_code == 204
    assert [d.get("/people/me").status_code for d in devices] == [401] * 3


def test_records_and_who_they_are_of_are_kept_and_the_rest_is_erased(cast):
    person = patient()
    other = child(
        make.Cast(person, *[cast.other_patient, cast.doctor, cast.other_doctor, cast.operator])
    )
    visit_id = make.ended(person, cast.doctor)
    make.intake(other)
    close(person)
    kept, erased = (
        Patient.objects.get(pk=person.patient_id),
        Patient.objects.get(pk=other.patient_id),
    )
    assert bytes(kept.name_sealed)
    assert (bytes(erased.name_sealed), bytes(erased.id_number_sealed)) == (b"", b"")
    assert RecordVersion.objects.filter(consultation_id=visit_id).exists()
    assert list(Intake.objects.filter(holder_id=person.id).values_list("pk", flat=True)) == [
        make.row(visit_id).intake_id
    ]


def test_the_guardian_whom_a_record_names_is_kept(cast):
    person = patient()
    kid = child(
        make.Cast(person, cast.other_patient, cast.doctor, cast.other_doctor, cast.operator)
    )
    make.ended(kid, cast.doctor)
    close(person)
    assert bytes(Patient.objects.get(pk=person.patient_id).name_sealed)


def test_a_patient_who_was_moved_here_is_kept_for_the_visits_of_before(cast):
    number = at_people.id_number()
    before = at_people.patient_viewer()
    moved = at_people.register(before, number=number)
    make.ended(make.Person(before, patient_id=moved.id), cast.doctor)
    leaver = make.Person(at_people.patient_viewer(phone=PHONE))
    asked = services.propose_merge(
        leaver.viewer,
        name="林小满",
        id_type="01",
        id_number=number,
        relation="self",
        at=clock.now(),
    )
    services.answer_merge(
        cast.operator.viewer, asked, answer="confirmed", reason="已核对证件", at=clock.now()
    )
    close(leaver)
    assert people.patient_card(moved.id).name == "林小满"


def test_what_was_decided_of_an_erased_person_can_still_be_listed(cast):
    number = at_people.id_number()
    person = patient(number)
    other = at_people.patient_viewer()
    form = {"name": "林小满", "id_type": "01", "id_number": number, "relation": "parent"}
    services.propose_merge(other, **form, at=clock.now())
    close(person)
    ((line,), _) = people.merge_page(cast.operator.viewer, waiting=False, before=None, limit=20)
    assert (line.name, line.id_number, line.names_agree) == ("", "", False)
    assert bytes(MergeProposal.objects.get().name_sealed) == b""


def test_an_open_visit_is_ended_first(cast):
    person = patient()
    make.visit(person)
    with pytest.raises(Conflict) as caught:
        services.send_closing_code(person.viewer, clock.now())
    assert caught.value.code == "visits_open"
    assert services.closing_terms(person.viewer, clock.now()).objections


def test_only_the_code_on_the_own_phone_closes_and_only_once_and_in_time(cast):
    person = patient()
    code = code_for(person)
    wrong = "000000" if code != "000000" else "111111"
    with pytest.raises(Invalid):
        services.close_own_account(person.viewer, code=wrong, at=clock.now())
    with pytest.raises(Invalid):
        services.close_own_account(person.viewer, code=code, at=clock.now() + timedelta(minutes=6))
    assert code.encode() not in bytes(Confirmation.objects.get().code_index)
    services.close_own_account(person.viewer, code=code, at=clock.now())


def test_five_wrong_codes_are_enough(cast):
    person = patient()
    code = code_for(person)
    wrong = "000000" if code != "000000" else "111111"
    for _ in range(5):
        with pytest.raises(Invalid):
            services.close_own_account(person.viewer, code=wrong, at=clock.now())
    with pytest.raises(TooMany):
        services.close_own_account(person.viewer, code=code, at=clock.now())


def test_the_same_phone_and_identity_register_anew_and_see_nothing_of_before(cast):
    number = at_people.id_number()
    person = patient(number)
    make.ended(person, cast.doctor)
    close(person)
    again = at_people.as_viewer(create_patient_account(phone=PHONE))
    assert again.user_id != person.id
    card = at_people.register(again, number=number)
    assert card.id != person.patient_id
    assert make.Browser(make.Person(again)).get("/consultations").json()["items"] == []


def test_copies_and_relatives_phones_go_with_the_account(cast, django_capture_on_commit_callbacks):
    person = patient()
    adult = at_people.register(person.viewer, name="张桂芳", relation="parent")
    services.ask_relative(person.viewer, adult.id, phone="13900139002", at=clock.now())
    copy_of(person)
    path = export_path(Export.objects.get().pk)
    assert path.is_file()
    with django_capture_on_commit_callbacks(execute=True):
        close(person)
    assert Export.objects.get().state == "gone"
    assert bytes(ProxyConsent.objects.get().phone_sealed) == b""
    assert not path.exists()


def test_v25_the_terms_say_what_is_kept_how_long_and_by_which_rule(cast):
    terms = services.closing_terms(cast.patient.viewer, clock.now())
    found = {kept.thing: kept for kept in terms.kept}
    year = clock.now().year
    assert found["record"].until.year == year + 15
    assert found["chat"].until.year == year + 3
    assert {rule.rule_id for rule in found["record"].rules} == {"R22", "R52"}


def test_over_http_copies_and_closing_refuse_whom_they_should(cast):
    person = patient()
    browser, doctor, stranger = make.Browser(person), make.Browser(cast.doctor), make.Browser(None)
    for path in ("/exports", "/account/closing"):
        assert stranger.get(path).status_code == 401
        assert doctor.get(path).status_code == 403
        assert browser.get(path).status_code == 200
    assert browser.post("/account/closing", {"code": "1" * 99}).status_code == 422
    assert browser.post("/account/closing", {"code": "nope"}).json()["code"] == "wrong_code"
    made = browser.post("/exports", key="one")
    assert made.status_code == 201
    assert browser.post("/exports", key="one").json() == made.json()
    assert browser.post("/exports", key="two").json()["code"] == "export_waiting"
    file = f"/exports/{made.json()['id']}/file"
    assert browser.get(file).json()["code"] == "export_not_ready"
    tasks.make_exports()
    answer = browser.get(file)
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    assert b"".join(answer.streaming_content)[:2] == b"PK"
    assert make.Browser(cast.patient).get(file).status_code == 404


def test_the_list_of_copies_takes_few_queries(cast, django_assert_max_num_queries):
    browser = make.Browser(cast.patient)
    copy_of(cast.patient)
    with django_assert_max_num_queries(6):
        browser.get("/exports")
