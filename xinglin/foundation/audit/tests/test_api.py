"""The auditor reads the audit, and nobody else; the reading is written down."""

import pytest
from django.contrib.auth import get_user_model

from xinglin.foundation.accounts.services import create_patient_account, create_staff
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import queries, services
from xinglin.kernel import ids

pytestmark = pytest.mark.django_db
PATH = "/api/v1/audit/lines"


def signed_in(client, user_id):
    user = get_user_model().objects.get(pk=user_id)
    client.force_login(user, backend="xinglin.foundation.accounts.sign_in.backend.Backend")
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": 0}]
    session["account_authentication_methods_user"] = str(user_id)
    session.save()
    return client


@pytest.fixture
def auditor(client):
    made = {"username": "auditor", "password": "long-and-unusual-7", "display_name": "审计员"}
    return signed_in(client, create_staff(**made, roles=["auditor"]))


def write(action="record.read", **changes):
    doctor = Viewer(
        user_id=ids.new(), roles=frozenset({"doctor"}), permissions=frozenset(), address="192.0.2.7"
    )
    about = {"subject": ids.new(), "thing": "record", "thing_id": ids.new(), "purpose": "care"}
    about |= changes
    services.record(doctor, action, **about)
    return doctor.user_id, about["subject"]


def test_lines_are_found_by_patient_actor_and_action(auditor):
    actor, subject = write()
    write("record.sign")
    for asked in ({"subject": subject}, {"actor": actor}, {"action": "record.read"}):
        (line,) = auditor.get(PATH, asked).json()["items"]
        assert (line["actor_id"], line["subject_id"]) == (str(actor), str(subject))
        assert (line["address"], line["sealed"]) == ("192.0.2.7", False)


def test_lines_are_read_page_by_page_newest_first(auditor):
    _, subject = write("record.first")
    for action in ("record.second", "record.third"):
        write(action, subject=subject)
    page = auditor.get(PATH, {"actor": ids.new()}).json()
    assert page == {"items": [], "next": None}
    seen, before = [], None
    while len(seen) < 3:
        asked = {"limit": 1, "action": "", "subject": subject} | (
            {"before": before} if before else {}
        )
        page = auditor.get(PATH, asked).json()
        seen += [line["action"] for line in page["items"] if line["action"] != "audit.read"]
        before = page["next"]
    assert seen == ["record.third", "record.second", "record.first"]


def test_to_read_the_audit_is_written_down(auditor):
    _, subject = write()
    auditor.get(PATH, {"subject": subject})
    newest = queries.accesses_of(subject)[0]
    assert (newest.action, newest.actor_roles, newest.detail["lines"]) == (
        "audit.read",
        ("auditor",),
        1,
    )


def test_nobody_else_reads_the_audit(client):
    assert client.get(PATH).status_code == 401
    patient = signed_in(client, create_patient_account(phone="13800138001"))
    assert patient.get(PATH).status_code == 403


@pytest.mark.parametrize(
    "asked", [{"limit": 0}, {"limit": 201}, {"subject": "x"}, {"action": "\0"}]
)
def test_a_question_that_makes_no_sense_is_refused(auditor, asked):
    assert auditor.get(PATH, asked).status_code == 422
