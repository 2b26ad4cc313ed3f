"""Every operation of the door says who may call it, and the matrix knows no other permission."""

import re
from pathlib import Path

import pytest

from xinglin.config.api import api
from xinglin.config.roles import ROLES, STAFF
from xinglin.foundation.accounts.services import PUBLIC, SIGNED_IN

OPERATIONS = list(api.operations())
GRANTED = frozenset().union(*ROLES.values())
# The live process asks for this one: it writes messages, and is no part of the HTTP door.
ASKED_BY_LIVE = {"consultation.write_message"}


def named(operation) -> str:
    return operation.operation_id or operation.view_func.__name__


@pytest.mark.parametrize("operation", OPERATIONS, ids=named)
def test_an_operation_declares_who_may_call_it(operation):
    declared = operation.view_func.xinglin_permission
    known = {PUBLIC, SIGNED_IN} | GRANTED
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
        "xinglin.care.consultation.api.visits.list_rating_tags",
        "xinglin.care.people.api.list_departments",
        "xinglin.foundation.accounts.api.session",
        "xinglin.foundation.accounts.api.demo_people",
        "xinglin.foundation.notices.api.inbox",
    }


def test_every_permission_of_the_matrix_is_asked_for_somewhere():
    asked = {op.view_func.xinglin_permission for op in OPERATIONS} - {PUBLIC, SIGNED_IN}
    assert asked | ASKED_BY_LIVE == GRANTED


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
        "consultation.read_visit",
        "consultation.write_message",
        "media.read_own",
        "media.upload",
    }


def test_every_role_but_the_patient_needs_a_second_factor():
    assert set(ROLES) - {"patient"} == STAFF


def test_no_operation_is_named_twice():
    names = [op.operation_id for op in OPERATIONS if op.operation_id]
    assert len(names) == len(set(names))
