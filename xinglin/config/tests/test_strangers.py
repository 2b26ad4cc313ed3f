"""Every kind of stranger tries every object of others by every operation: it is not there.

Whoever lacks the permission hears the same of an object that exists and of one that does not, and
after each try the database is as it was.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from xinglin.care.consultation.tests import factories
from xinglin.care.prescribing.services import documents
from xinglin.config.api import api
from xinglin.config.tests.asking import (
    BODIES,
    IN_THE_BODY,
    NO_OBJECTS,
    PARAMETER,
    PIECES,
    body_of,
    browser,
    contents,
    operations,
)
from xinglin.foundation.accounts.services import PUBLIC, SIGNED_IN
from xinglin.foundation.accounts.types import Viewer
from xinglin.kernel import clock, ids

STRANGERS = ("nobody", "other patient", "other doctor", "operator", "administrator", "auditor")
# Objects that everybody who is signed in may read, with the reason.
FOR_EVERYBODY = {
    "list_site_walk_ins": "operators see every site of their hospital; care.sites's test_board_api"
    " tries another house's",
    **dict.fromkeys(
        ["append_chunk", "begin_segment", "close_segment"],
        "a page chooses the id of what it records; consultation's test_recordings tries the others",
    ),
    **dict.fromkeys(
        [
            "ask_factor_reset",
            "change_staff_roles",
            "confirm_factor_reset",
            "disable_staff",
            "enable_staff",
            "invite_staff_again",
            "list_staff_changes",
            "read_staff_account",
            "stop_factor_reset",
        ],
        "administrators of a house manage its accounts; test_staffing tries the others",
    ),
    **dict.fromkeys(
        ["change_consent_text", "take_back_consent_text"],
        "administrators publish; test_publishing tries the others",
    ),
    **dict.fromkeys(
        ["list_notice_changes", "reset_notice", "reword_notice"],
        "administrators write the texts; test_wording tries the others",
    ),
    **dict.fromkeys(
        [
            *("close_visit", "extend_visit", "read_visit_steps", "reassign_visit", "remind"),
            "put_off_duty",
        ],
        "operators act on every visit and doctor of their hospital; test_board_api tries the others",
    ),
    **dict.fromkeys(
        ["read_import", "apply_import"],
        "administrators bring sheets in; test_sheets tries those of another house",
    ),
    "download_package": "operators and auditors fetch packages; care.quality's test_packages tries the others",
    "open_audited_name": "auditors open names; care.quality's test_audit_api tries other institutions",
    "begin": "whoever begins an upload chooses its id; media's tests try that of another",
    **dict.fromkeys(
        [
            "read_application",
            "see_evidence",
            "check_application",
            "approve_application",
            "return_application",
            "refuse_application",
            "suspend_doctor",
            "reinstate_doctor",
        ],
        "the house decides on doctors' papers; test_credentials tries those of another house",
    ),
    **dict.fromkeys(
        [
            "read_review",
            "claim_review",
            "release_review",
            "approve_review",
            "return_review",
            "refuse_review",
        ],
        "pharmacists review what waits at their house; prescribing's test_reviewing tries the others",
    ),
    **dict.fromkeys(
        [
            "announce_sample",
            "close_sample",
            "export_sample",
            "judge_sampled",
            "object_to_finding",
            "read_sample",
            "read_sampled",
        ],
        "pharmacists judge, doctors object to what is theirs; prescribing's test_sampling tries others",
    ),
    "note_pharmacist": "administrators note licences; prescribing's test_prescribing_api tries others",
    "read_replay": "operators read days of their house; dispatch's test_replays tries the others",
    "acknowledge_crisis": "operators say who was called; dispatch's test_crisis tries the others",
    "read_crisis_contact": "operators read whom to call; dispatch's test_crisis tries the others",
    "answer_merge_proposal": "operators and administrators decide; test_merging tries the others",
    "read_walk_in_thread": "with the patient's yes; consultation's test_at_a_site tries the others",
    **dict.fromkeys(
        [
            "change_complaint",
            "hand_over_screen",
            "leave_site",
            "read_walk_in",
            "register_walk_in",
            "set_walk_in_pictures",
            "take_observed",
            "take_reading",
            "withdraw_reading",
        ],
        "assistants of a site, at its devices; care.sites' test_access tries all others",
    ),
    **dict.fromkeys(
        [
            "add_site_staff",
            "change_site",
            "link_doctor",
            "make_enrolment",
            "make_gateway_token",
            "note_instrument",
            "read_site",
            "remove_instrument",
            "remove_site_staff",
            "revoke_device",
            "unlink_doctor",
        ],
        "administrators run the sites of their house; care.sites' test_administration tries others",
    ),
    **dict.fromkeys(
        ["list_papers", "print_prescription", "print_summary"],
        "a site prints for its walk-ins of today; prescribing's test_site_papers tries the others",
    ),
    "read_doctor": "a doctor's page is shown to whoever looks for a doctor",
    "read_practitioner": "a doctor's card is shown to whoever looks for a doctor",
}


@dataclass(frozen=True)
class Try:
    """One request for something that belongs to somebody else. `values`: parameter -> object."""

    name: str
    method: str
    path: str
    permission: str
    values: dict[str, UUID]
    body: dict[str, Any]

    def by(self, client: Client, values: dict[str, UUID]) -> tuple[int, str]:
        """Status and code of the answer."""
        body = dict(self.body)
        if self.name in IN_THE_BODY:
            body[IN_THE_BODY[self.name][0]] = str(next(iter(values.values())))
        path = PARAMETER.sub(lambda found: str(values[found[1]]), self.path)
        how = PIECES.get(self.name, {"content_type": "application/json"})
        answer = client.generic(self.method, f"/api/v1{path}", json.dumps(body), **how)
        if answer.streaming:
            b"".join(answer.streaming_content)  # to its end, which closes the file
            return answer.status_code, ""
        if not answer.content or "json" not in answer["Content-Type"]:
            return answer.status_code, ""
        return answer.status_code, json.loads(answer.content).get("code", "")


def tries(objects: dict[str, list[UUID]]) -> Iterator[Try]:
    for path, operation in operations():
        name = operation.view_func.__name__
        for values in _values(name, path, objects):
            yield Try(
                name=name,
                method=operation.methods[0],
                path=path,
                permission=operation.view_func.xinglin_permission,
                values=values,
                body=body_of(name),
            )


def _values(name: str, path: str, objects: dict[str, list[UUID]]) -> list[dict[str, UUID]]:
    """All that can be tried; nothing where no object is named."""
    names = [n for n in PARAMETER.findall(path) if n not in NO_OBJECTS]
    if name in IN_THE_BODY:
        names = [IN_THE_BODY[name][0]]
    if not names or name in FOR_EVERYBODY:
        return []
    return [dict(zip(names, each, strict=True)) for each in product(*(objects[n] for n in names))]


def expected(viewer: Viewer | None, permission: str) -> int:
    # What strangers may call and that names an object is opened by a guest's cookie alone.
    if viewer is None or permission == PUBLIC:
        return 401
    return 404 if permission == SIGNED_IN or viewer.can(permission) else 403


@pytest.mark.parametrize("kind", STRANGERS)
def test_what_belongs_to_others_is_not_there_for(kind, house):
    viewer = house.strangers[kind]
    client = browser(viewer)
    before = contents()
    for attempt in tries(house.objects):
        status, code = attempt.by(client, attempt.values)
        assert status == expected(viewer, attempt.permission), (attempt, code)
        made_up = {name: ids.new() for name in attempt.values}
        assert attempt.by(client, made_up) == (status, code), attempt
        assert contents() == before, attempt


def test_ones_own_visit_does_not_open_somebody_elses_picture(house):
    other = house.cast.other_patient
    own = factories.visit(other)
    client = browser(other.viewer)
    (picture,) = house.objects["picture_id"]
    assert client.get(f"/api/v1/consultations/{own}").status_code == 200
    assert client.get(f"/api/v1/consultations/{own}/pictures/{picture}").status_code == 404


def test_those_concerned_do_find_what_the_strangers_did_not(house):
    """Without this, a door that is shut to everybody would pass."""
    documents.ask(house.objects["prescription_id"][0], at=clock.now())
    assert documents.make_due() == 1
    concerned = [house.cast.patient.viewer, house.cast.doctor.viewer, house.helper]
    clients = [browser(viewer) for viewer in concerned]
    # A guest's reads are opened by a link: see test_guests.py.
    reads = [a for a in tries(house.objects) if a.method == "GET" and a.permission != PUBLIC]
    found = {
        attempt.name
        for attempt in reads
        for client in clients
        if attempt.by(client, attempt.values)[0] in {200, 302}
    }
    assert found == {attempt.name for attempt in reads}


def test_the_doctor_who_was_asked_may_answer(house):
    (offer,) = house.objects["offer_id"]
    client = browser(house.cast.doctor.viewer)
    answer = client.post(f"/api/v1/offers/{offer}/accept", "{}", "application/json")
    assert answer.status_code == 200


def test_nothing_that_takes_an_object_is_left_out(house):
    """A new operation is tried by itself; one with a body must say which body is right."""
    tried = {attempt.name for attempt in tries(house.objects)}
    schema = api.get_openapi_schema()
    with_body = {
        operation["operationId"]
        for path in schema["paths"].values()
        for operation in path.values()
        if "requestBody" in operation
        and any(p["in"] == "path" for p in operation.get("parameters", []))
    }
    names = {
        op.operation_id or api.get_openapi_operation_id(op): op.view_func.__name__
        for op in api.operations()
    }
    known = set(BODIES) | set(PIECES) | set(FOR_EVERYBODY)
    assert {names.get(o, o) for o in with_body} <= known
    assert set(BODIES) | set(IN_THE_BODY) <= tried
    assert set(FOR_EVERYBODY) <= set(names.values())
