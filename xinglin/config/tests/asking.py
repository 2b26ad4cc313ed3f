"""How the operations are asked: by whose browser, with which body, and what it does to the database."""

import re
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from ninja.operation import Operation

from xinglin.care.consultation.tests.factories import RECORD, REFERRAL
from xinglin.care.triage.tests.factories import ANSWERS
from xinglin.config.api import api
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.media.api import PIECE

# A body that is right in itself, so that nothing but the stranger is wrong with the request.
BODIES: dict[str, dict[str, Any]] = {
    "ring": {"channel": "video"},
    "switch_channel": {"channel": "audio"},
    "take_seat": {"seat": "01890000-0000-7000-8000-000000000000"},
    "set_recording": {"on": True},
    "consent_to_keeping": {"kind": "still", "answer": False, "version": ""},
    "keep_still": {"file_id": "01890000-0000-7000-8000-000000000000"},
    "invite_specialist": {"practitioner_id": "01890000-0000-7000-8000-000000000000"},
    "view_recording": {"purpose": "own"},
    "observe_call": {"reason": "例行抽查"},
    "ask_relative": {"phone": "13900139001"},
    "invite_guest": {"relation": "daughter", "name": "林小苗"},
    "answer_intake": {"answers": ANSWERS | {"pregnancy": "no"}},
    "choose": {"choice": "cancel"},
    "keep_answers": {"answers": {"duration": "d2_7"}},
    "close": {"reason": "treated"},
    "answer_referral": {"went": "went"},
    "note_referral_answer": {"at": "2026-01-01T00:00:00Z"},
    "stop": REFERRAL,
    "hand_over": {"reason": "not_my_field"},
    "rate": {"score": 1, "tags": [], "comment": ""},
    "save_record": {"fields": RECORD, "revision": 0},
    "sign_record": {"revision": 0},
    "amend_record": {"fields": RECORD, "reason": "typing error"},
    "change_phrase": {"zh": {"text": "改过的话"}, "revision": 1},
    "rename_favourite": {"name": "早晨"},
    "use_template": {
        "template_id": "01890000-0000-7000-8000-000000000000",
        "language": "zh",
        "revision": 0,
    },
    "show_proof": {"proof_id": "01890000-0000-7000-8000-000000000000"},
    "judge_proof": {"outcome": "not_accepted", "reason": "unreadable", "after": 0},
    "save_application": {"revision": 0, "form": {}, "files": []},
    "submit_application": {"revision": 0},
    "accept_offer": {},
    "refuse_offer": {"reason": "busy"},
    "transfer_visit": {"department": "dermatology", "note": "请皮肤科看皮疹"},
    "ask_colleague": {
        "practitioner_id": "01890000-0000-7000-8000-000000000000",
        "question": "需要做过敏原检查吗？",
    },
    "answer_question": {"answer": "暂时不需要"},
    "start_prescription": {"sheet": "western"},
    "save_prescription": {"revision": 0},
    "sign_prescription": {"revision": 0},
    "ask_consent": {"revision": 0},
    "answer_consent": {"answer": "declined", "sheet_sha256": "0" * 64},
    "void_prescription": {"reason": "wrong"},
}
# Operations that take an object of somebody in the body: where, and the rest of the body.
IN_THE_BODY: dict[str, tuple[str, dict[str, Any]]] = {
    "open_intake": ("patient_id", {"complaint": "咳嗽三天", "picture_ids": []}),
    "open_consultation": ("intake_id", {"department": "general_practice"}),
    "add_proof": (
        "patient_id",
        {
            "kind": "discharge_summary",
            "diagnosis": "高血压",
            "hospital": "杏林市第一医院",
            "issued_on": "2026-01-05",
            "file_ids": ["01890000-0000-7000-8000-000000000000"],
        },
    ),
}
# Operations whose body is no JSON.
PIECES = {
    "append": {"content_type": PIECE, "HTTP_UPLOAD_OFFSET": "0"},
    "caption": {
        "content_type": "audio/webm",
        "HTTP_X_SEAT": "01890000-0000-7000-8000-000000000000",
        "HTTP_X_MS": "1000",
    },
}
# Parameters of paths that name no object of anybody.
NO_OBJECTS = {"department", "kind"}
# A parameter of a path; its name is the group.
PARAMETER = re.compile(r"\{(?:\w+:)?(\w+)\}")
# What a mere request may write: who is signed in, and how often somebody asked.
PASSING = {"django_session", "edge_api_cache", "people_attempt"}


def operations() -> Iterator[tuple[str, Operation]]:
    """Path and operation."""
    for router in api._get_bound_routers():
        for path, view in router.path_operations.items():
            for operation in view.operations:
                yield path, operation


def body_of(name: str) -> dict[str, Any]:
    """Right in itself, but for an object that it names; `name`: of the view."""
    return dict(IN_THE_BODY[name][1] if name in IN_THE_BODY else BODIES.get(name, {}))


def browser(viewer: Viewer | None) -> Client:
    client = Client()
    if viewer is not None:
        user = get_user_model().objects.get(pk=viewer.user_id)
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
        session = client.session
        session["account_authentication_methods"] = [{"method": "mfa", "at": 0}]
        session["account_authentication_methods_user"] = str(viewer.user_id)
        session.save()
    return client


def contents() -> dict[str, str]:
    """Table -> a digest of its rows, but for what every request may write."""
    with connection.cursor() as cursor:
        cursor.execute("select tablename from pg_tables where schemaname = 'public' order by 1")
        tables = [name for (name,) in cursor.fetchall() if name not in PASSING]
        digest = "select '{0}', md5(string_agg(t::text, ';' order by t::text)) from \"{0}\" t"
        cursor.execute(" union all ".join(digest.format(name) for name in tables))
        return dict(cursor.fetchall())
