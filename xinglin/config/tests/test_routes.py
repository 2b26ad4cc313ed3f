"""Every operation of the door says who may call it, and the matrix knows no other permission."""

import re
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from xinglin.config.api import api
from xinglin.config.roles import ROLES, SITE_PATIENT, STAFF
from xinglin.foundation.accounts.services import BY_TOKEN, PUBLIC, SIGNED_IN
from xinglin.kernel.wire import In

OPERATIONS = list(api.operations())
# Whoever holds a site's screen has no role of an account.
GRANTED = SITE_PATIENT.union(*ROLES.values())
# The live process asks for this one: it writes messages, and is no part of the HTTP door.
ASKED_BY_LIVE = {"consultation.write_message"}
# So does the back office, for all of its pages or for some: see test_backoffice.py.
ASKED_BY_BACK_OFFICE = {"people.edit_master_data", "prescribing.edit_catalogue"}


def named(operation) -> str:
    return operation.operation_id or operation.view_func.__name__


@pytest.mark.parametrize("operation", OPERATIONS, ids=named)
def test_an_operation_declares_who_may_call_it(operation):
    declared = operation.view_func.xinglin_permission
    known = {BY_TOKEN, PUBLIC, SIGNED_IN} | GRANTED
    assert declared in known, f"{declared} is granted to nobody"


@pytest.mark.parametrize("operation", OPERATIONS, ids=named)
def test_its_permission_is_asked_for_before_the_body_is_read(operation):
    (sign_in,) = operation.auth_callbacks
    assert sign_in.declared == operation.view_func.xinglin_permission


def test_strangers_may_call_these_and_no_others():
    public = {
        f"{op.view_func.__module__}.{op.view_func.__name__}"
        for op in OPERATIONS
        if op.view_func.xinglin_permission == PUBLIC
    }
    assert public == {
        # By a link, or by the cookie that it gave: see test_guests.py.
        *(
            f"xinglin.care.consultation.api.guests.{name}"
            for name in (
                "look_at_invitation",
                "enter_as_guest",
                "read_guest_room",
                "read_guest_messages",
                "see_guest_picture",
                "leave_as_guest",
            )
        ),
        *(
            f"xinglin.care.consultation.api.call_people.{name}"
            for name in ("read_guest_call", "take_guest_seat", "leave_guest_seat")
        ),
        "xinglin.care.consultation.api.call_captions.caption_guest",
        "xinglin.care.consultation.api.visits.list_rating_tags",
        # By the secret of a link that was sent to the relative's phone: see test_family.py.
        "xinglin.care.people.api.family.answer_proxy_question",
        "xinglin.care.people.api.family.look_at_proxy_question",
        # The name of the hospital and the number to call stand on the page before the door.
        "xinglin.care.people.api.hospital.hospital",
        "xinglin.care.people.api.people.list_departments",
        # By the cookie of an enrolled device: see care/sites/tests/test_board_api.py.
        "xinglin.care.sites.api.board.hear_device",
        "xinglin.foundation.accounts.api.session",
        "xinglin.foundation.accounts.api.demo_people",
        "xinglin.foundation.notices.api.inbox",
        # By the secret of a link that an administrator handed over: see test_staffing.py.
        "xinglin.foundation.staffing.api.begin_as_staff",
        "xinglin.foundation.staffing.api.look_at_staff_link",
    }


def test_programs_call_this_by_a_token_of_their_own():
    by_token = {named(op) for op in OPERATIONS if op.view_func.xinglin_permission == BY_TOKEN}
    assert by_token == {"receive_observation"}
    for operation in OPERATIONS:
        (sign_in,) = operation.auth_callbacks
        assert sign_in.csrf == (named(operation) not in by_token)


def test_every_permission_of_the_matrix_is_asked_for_somewhere():
    asked = {op.view_func.xinglin_permission for op in OPERATIONS} - {BY_TOKEN, PUBLIC, SIGNED_IN}
    assert asked | ASKED_BY_LIVE | ASKED_BY_BACK_OFFICE == GRANTED


def test_the_live_process_asks_for_its_permission():
    live = Path(__file__).parents[2] / "edge" / "live"
    words = "".join(file.read_text(encoding="utf-8") for file in live.glob("*.py"))
    for permission in ASKED_BY_LIVE:
        assert f'can("{permission}")' in words


def test_a_permission_is_a_module_a_verb_and_a_thing():
    for permission in GRANTED:
        assert re.fullmatch(r"[a-z]+\.[a-z]+(_[a-z]+)*", permission), permission


def test_nothing_of_the_staff_is_granted_to_patients_but_what_both_do():
    staff = frozenset().union(*(ROLES[role] for role in STAFF))
    assert ROLES["patient"] & staff == {
        "consultation.hold_call",
        "consultation.invite_guest",
        "consultation.play_recording",
        "consultation.read_letter",
        "consultation.read_visit",
        "consultation.search_diagnosis",
        "consultation.sit_in_call",
        "consultation.write_message",
        "media.read_own",
        "media.upload",
        "notices.read_own",
        "notices.set_own",
        # A doctor of the house renews by the form by which a stranger applies.
        "people.apply_as_doctor",
        "prescribing.read_document",
        "prescribing.read_prescription",
    }


def test_every_role_but_the_patient_needs_a_second_factor():
    assert set(ROLES) - {"patient"} == STAFF


def test_no_operation_is_named_twice():
    names = [op.operation_id for op in OPERATIONS if op.operation_id]
    assert len(names) == len(set(names))


def bodies(operation) -> set[type[BaseModel]]:
    """Every shape that a body of the operation is made of."""
    found, left = set(), [m for m in operation.models if m.__ninja_param_source__ == "body"]
    while left:
        for field in left.pop().model_fields.values():
            for kind in _within(field.annotation):
                if isinstance(kind, type) and issubclass(kind, BaseModel) and kind not in found:
                    found.add(kind)
                    left.append(kind)
    return found


def _within(annotation) -> set:
    parts = get_args(annotation)
    return {annotation}.union(*map(_within, parts)) if parts else {annotation}


@pytest.mark.parametrize("operation", OPERATIONS, ids=named)
def test_a_body_is_read_as_what_was_sent(operation):
    """ninja's `Schema` takes `null` for an object without fields, and "1" for a number."""
    assert {kind for kind in bodies(operation) if not issubclass(kind, In)} == set()
