"""Every POST is sent twice with one Idempotency-Key, as a phone does whose line broke: it is done once.

The second answer is the first again, and the database is as it was; another body under the same key
is refused. A new POST tells here how it is called, or why twice does no harm.
"""

import importlib
import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from xinglin.care.consultation.tests import calls, factories
from xinglin.care.consultation.tests.factories import RECORD, REFERRAL
from xinglin.care.consultation.types import Wording
from xinglin.care.people.queries.consent import required_text
from xinglin.care.people.tests import factories as people
from xinglin.care.triage.tests.factories import ANSWERS
from xinglin.config.api import api
from xinglin.config.tests.asking import browser, contents
from xinglin.config.tests.harmless import HARMLESS
from xinglin.config.tests.houses import House

# Operation -> the test beside it that sends it twice.
ELSEWHERE = {
    "found_site": "care.sites.tests.test_administration::test_founded_twice_it_is_one_site",
    "hear_device": "care.sites.tests.test_board_api::test_a_heartbeat_sent_twice_is_one",
    "observe_call": "care.consultation.tests.test_calls_api::"
    "test_quality_control_and_a_colleague_find_the_call",
    **dict.fromkeys(
        ["change_staff_roles", "invite_staff", "invite_staff_again"],
        "foundation.staffing.tests.test_staffing::test_an_act_sent_twice_is_done_once",
    ),
    **dict.fromkeys(
        ["agree_to_face", "take_back_face"],
        "care.people.tests.test_identity_by_face::test_consent_sent_twice_is_given_once",
    ),
    "publish_consent_text": "care.people.tests.test_publishing::"
    "test_published_twice_it_is_published_once",
    "take_on_doctor": "care.people.tests.test_setup::test_taken_on_twice_it_is_one_doctor",
    "reset_notice": "foundation.notices.tests.test_wording::"
    "test_two_who_write_at_once_do_not_overwrite_each_other",
    "acknowledge_crisis": "care.dispatch.tests.test_crisis::"
    "test_sent_twice_it_is_acknowledged_once_and_another_operator_learns_who_was_first",
    "ask_replay": "care.dispatch.tests.test_replays_api::test_asked_twice_it_is_replayed_once",
    "remind_many": "care.dispatch.tests.test_abnormal::"
    "test_a_batch_takes_one_type_only_and_nobody_is_reminded_twice",
    "apply_sheet_import": "care.people.tests.test_sheets::test_twice_is_once",
    "ask_sheet_import": "care.people.tests.test_sheets_api::"
    "test_a_sheet_asked_for_twice_is_looked_at_once",
    **dict.fromkeys(
        [
            "approve_application",
            "check_application",
            "refuse_application",
            "reinstate_doctor",
            "return_application",
            "submit_application",
            "suspend_doctor",
            "withdraw_application",
        ],
        "care.people.tests.test_credentials_api::test_each_act_sent_twice_is_done_once",
    ),
    **dict.fromkeys(
        [
            "answer_consent",
            "approve_review",
            "ask_consent",
            "claim_review",
            "discard_prescription",
            "refuse_review",
            "release_review",
            "return_review",
            "sign_prescription",
            "start_prescription",
            "take_ticket",
            "void_prescription",
        ],
        "care.prescribing.tests.test_prescribing_api::test_each_act_sent_twice_is_done_once",
    ),
    **dict.fromkeys(
        [
            "announce_sample",
            "close_sample",
            "draw_sample",
            "judge_sampled",
            "object_to_finding",
        ],
        "care.prescribing.tests.test_sampling_api::test_each_act_sent_twice_is_done_once",
    ),
    **dict.fromkeys(
        ["keep_favourite", "restore_favourite"],
        "care.prescribing.tests.test_favourites::test_each_act_sent_twice_is_done_once",
    ),
    "hand_over_now": "care.dispatch.tests.test_hand_overs::"
    "test_somebody_of_the_house_acts_at_once_and_is_named",
    "add_proof": "care.consultation.tests.test_proofs_api::test_a_paper_sent_twice_is_kept_once",
    "answer_merge_proposal": "care.people.tests.test_merging::"
    "test_a_refusal_leaves_everything_and_is_answered_once",
    "show_proof": "care.consultation.tests.test_proofs::"
    "test_a_proof_is_shown_with_the_request_or_later_and_twice_is_once",
    "xinglin_foundation_notices_api_add_device": "foundation.notices.tests.test_api::"
    "test_a_device_is_added_twice_as_one_and_taken_away",
}


def nothing(house: House) -> None:
    del house


def _sign(house: House) -> None:
    factories.sign(house.objects["consultation_id"][1], house.cast.doctor)


def _draft(house: House) -> None:
    factories.services.save_draft(
        house.cast.doctor.viewer,
        house.objects["consultation_id"][1],
        fields=RECORD,
        revision=0,
        at=factories.now(),
    )


def _removed(house: House) -> None:
    (phrase,) = house.objects["phrase_id"]
    factories.services.remove_phrase(house.cast.doctor.viewer, phrase, at=factories.now())


def _template(house: House) -> None:
    viewer = house.cast.doctor.viewer
    where = factories.services.shelf(viewer, "template", None)
    told = Wording(zh={"name": "空白", "findings": "未查体。"}, en={})
    made = factories.services.add_phrase(viewer, where, told, at=factories.now())
    house.objects["template_id"] = [made]


def _rung(house: House) -> None:
    """By the patient, in the visit that is active."""
    visit = house.objects["consultation_id"][1]
    house.objects["call_id"] = [calls.ringing(house.cast.patient, visit)]


def _talking(house: House) -> None:
    _rung(house)
    (call,) = house.objects["call_id"]
    factories.services.answer_call(house.cast.doctor.viewer, call, at=factories.now())


def _agreed(house: House) -> None:
    _talking(house)
    calls.agree(house.cast.patient, house.objects["call_id"][0], "still")
    house.objects["file_id"] = [factories.picture(house.cast.doctor)]


def _parent(house: House) -> None:
    known = people.register(
        house.cast.patient.viewer, name="林国强", born=people.MAN, sex="male", relation="parent"
    )
    house.objects["patient_id"].append(known.id)


@dataclass(frozen=True)
class Post:
    """`{name:n}` in path and body is the n-th of the house's objects; `before` makes it possible."""

    who: str
    path: str
    body: dict[str, Any] = field(default_factory=dict)
    before: Callable[[House], object] = nothing


ENDED, ACTIVE, WAITING, STOPPED = (f"/consultations/{{consultation_id:{n}}}" for n in range(4))
CALL = "/calls/{call_id:0}"
POSTS = {
    "ring": Post("patient", f"{ACTIVE}/calls", {"channel": "video"}),
    "answer_call": Post("doctor", f"{CALL}/answer", {}, _rung),
    "decline_call": Post("doctor", f"{CALL}/decline", {}, _rung),
    "end_call": Post("patient", f"{CALL}/end", {}, _talking),
    "switch_channel": Post("patient", f"{CALL}/channel", {"channel": "audio"}, _talking),
    "take_seat": Post("patient", f"{CALL}/seats", {"seat": "{seat:0}"}, _talking),
    "set_recording": Post("doctor", f"{CALL}/recording", {"on": True}, _talking),
    "consent_to_keeping": Post(
        "patient",
        f"{CALL}/consents",
        {"kind": "recording", "answer": True, "version": calls.VERSION},
        _talking,
    ),
    "ask_for_stills": Post("doctor", f"{CALL}/stills/ask", {}, _talking),
    "keep_still": Post("doctor", f"{CALL}/stills", {"file_id": "{file_id:0}"}, _agreed),
    "invite_specialist": Post(
        "doctor", f"{CALL}/invitations", {"practitioner_id": "{colleague}"}, _talking
    ),
    "close_visit": Post(
        "operator",
        "/dispatch/visits/{consultation_id:2}/close",
        {"seen": 9_000_000_000, "reason": "no_doctor"},
    ),
    "extend_visit": Post(
        "operator",
        "/dispatch/visits/{consultation_id:2}/extend",
        {"seen": 9_000_000_000, "reason": "patient_asked", "minutes": 5},
    ),
    "put_off_duty": Post(
        "operator", "/dispatch/doctors/{practitioner_id:0}/off-duty", {"reason": "other"}
    ),
    "reassign_visit": Post(
        "operator",
        "/dispatch/visits/{consultation_id:2}/reassign",
        {"seen": 9_000_000_000, "reason": "waits_long"},
    ),
    "remind": Post(
        "operator", "/dispatch/visits/{consultation_id:2}/reminders", {"whom": "patient"}
    ),
    "answer_question": Post(
        "doctor", "/questions/{question_id:0}/answer", {"answer": "暂时不需要"}
    ),
    "ask_colleague": Post(
        "doctor",
        f"{ACTIVE}/questions",
        {"practitioner_id": "{colleague}", "question": "需要做过敏原检查吗？"},
    ),
    "transfer_visit": Post(
        "doctor", f"{ACTIVE}/transfer", {"department": "{department}", "note": "请那边看皮疹"}
    ),
    "accept_offer": Post("doctor", "/offers/{offer_id:0}/accept"),
    "add_phrase": Post("doctor", "/phrases", {"kind": "reply", "zh": {"text": "您好，请稍等。"}}),
    "amend_record": Post(
        "doctor", f"{ENDED}/record/amend", {"fields": RECORD, "reason": "补充建议的细节"}
    ),
    "answer_intake": Post(
        "patient", "/intakes/{intake_id:0}/answers", {"answers": ANSWERS | {"pregnancy": "no"}}
    ),
    "answer_referral": Post("patient", f"{STOPPED}/referral/answer", {"went": "went"}),
    "note_referral_answer": Post(
        "doctor", f"{STOPPED}/referral/noted", {"at": "2999-01-01T00:00:00Z"}
    ),
    "begin_application": Post("other_patient", "/applications"),
    "ask_package": Post(
        "operator", "/packages", {"consultation_id": "{consultation_id:0}", "reason": "court"}
    ),
    "ask_export": Post("other_patient", "/exports"),
    "ask_relative": Post(
        "patient", "/patients/{patient_id:1}/proxy-consent", {"phone": "13900139001"}, _parent
    ),
    "choose": Post("patient", f"{WAITING}/choice", {"choice": "cancel"}),
    "close_consultation": Post(
        "doctor", f"{ACTIVE}/close", {"reason": "treated", "note": "多喝水"}, _sign
    ),
    "give_consent": Post("patient", "/consents", {"kind": "service", "version": "{consent}"}),
    "hand_over": Post("doctor", f"{ACTIVE}/hand-over", {"reason": "not_my_field"}),
    "invite_guest": Post("patient", f"{ACTIVE}/links", {"relation": "daughter", "name": "林小苗"}),
    "judge_proof": Post(
        "doctor",
        f"{ACTIVE}/proofs/{{proof_id:0}}/judgements",
        {"outcome": "not_accepted", "reason": "unreadable", "after": 0},
    ),
    "open_consultation": Post(
        "patient",
        "/consultations",
        {"intake_id": "{intake_id:1}", "department": "{department}"},
    ),
    "open_intake": Post(
        "patient",
        "/intakes",
        {"patient_id": "{patient_id:0}", "complaint": "咳嗽三天", "picture_ids": []},
    ),
    "rate": Post("patient", f"{ENDED}/rating", {"score": 5, "tags": [], "comment": "好"}),
    "refuse_offer": Post("doctor", "/offers/{offer_id:0}/refuse", {"reason": "busy"}),
    "register_patient": Post(
        "patient",
        "/patients",
        {
            "name": "林小苗",
            "id_number": "{id_number}",
            "relation": "child",
            "sensitive_data_consent": True,
        },
    ),
    "restore_phrase": Post("doctor", "/phrases/{phrase_id:0}/restore", {}, _removed),
    "use_template": Post(
        "doctor",
        f"{ACTIVE}/record/template",
        {"template_id": "{template_id:0}", "language": "zh", "revision": 0},
        _template,
    ),
    "sign_record": Post("doctor", f"{ACTIVE}/record/sign", {"revision": 1}, _draft),
    "start_duty": Post("doctor", "/duty/start", {"capacity": 4}),
    "stop_consultation": Post("doctor", f"{ACTIVE}/stop", REFERRAL),
    "stop_duty": Post("doctor", "/duty/stop"),
    "send_closing_code": Post("other_patient", "/account/closing/code"),
    "withdraw_consent": Post("patient", "/consents/service/withdraw"),
    "withdraw_proof": Post("patient", "/proofs/{proof_id:0}/withdraw"),
}


def filled(house: House, text: str) -> str:
    """Names in braces replaced by what they name."""
    text = text.replace("{consent}", required_text().version)
    text = text.replace("{colleague}", str(house.cast.other_doctor.card.id))
    text = text.replace("{department}", factories.department(2))
    text = text.replace("{id_number}", people.id_number(date(2015, 3, 4)))
    return re.sub(r"{(\w+):(\d)}", lambda m: str(house.objects[m[1]][int(m[2])]), text)


def viewer(house: House, who: str):
    return getattr(house.cast, who).viewer


@pytest.mark.parametrize("name", POSTS)
def test_what_is_sent_twice_is_done_once(house, name):
    told = POSTS[name]
    told.before(house)
    client = browser(viewer(house, told.who))
    path = f"/api/v1{filled(house, told.path)}"
    body = json.loads(filled(house, json.dumps(told.body)))

    def send(**more):
        key = {"Idempotency-Key": "k1"}
        return client.post(path, body | more, "application/json", headers=key)

    first = send()
    assert first.status_code in {200, 201}, first.json()
    done = contents()
    again = send()
    assert again["Idempotency-Replayed"] == "true"
    assert (again.status_code, again.content) == (first.status_code, first.content)
    other = send(more="另一件事")
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    assert contents() == done


def test_a_picture_sent_twice_is_kept_once(house, settings, tmp_path):
    settings.FILES_DIR = tmp_path
    client = browser(house.cast.patient.viewer)

    def send(color):
        file = io.BytesIO()
        Image.new("RGB", (8, 8), color).save(file, "PNG")
        form = {"file": SimpleUploadedFile("a.png", file.getvalue())}
        return client.post("/api/v1/media", form, headers={"Idempotency-Key": "k1"})

    first = send("red")
    done, files = contents(), sorted(tmp_path.rglob("*"))
    again = send("red")
    assert (first.status_code, again.content) == (201, first.content)
    assert send("blue").status_code == 409
    assert (contents(), sorted(tmp_path.rglob("*"))) == (done, files)


def test_no_post_is_left_out():
    schema = api.get_openapi_schema(path_prefix="api/v1")
    posts = {each["post"]["operationId"] for each in schema["paths"].values() if "post" in each}
    named = set(POSTS) | set(HARMLESS) | set(ELSEWHERE) | {"xinglin_foundation_media_api_upload"}
    assert posts == named, "tell in POSTS how it is sent, or in ELSEWHERE which test sends it twice"


@pytest.mark.parametrize("name", ELSEWHERE)
def test_the_test_that_sends_it_twice_elsewhere_is_there(name):
    module, _, test = ELSEWHERE[name].partition("::")
    assert callable(getattr(importlib.import_module(f"xinglin.{module}"), test))
