"""Every operation is called as its own description allows and as it forbids, by each role.

No server error, no answer that the description does not name, nothing accepted that it forbids.
Each role makes every call that is allowed; those that are forbidden are made by each role that the
operation lets in, and once by one of the others. Each call is taken back, so that none depends on
those before. `XINGLIN_FUZZ_EXAMPLES` makes it long (`./run bench fuzz`).
"""

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from itertools import chain
from typing import Any

import pytest
import schemathesis
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as examples
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.config import GenerationConfig
from schemathesis.core.failures import FailureGroup
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation import GenerationMode
from schemathesis.generation.drivers import CoverageGenerator
from schemathesis.generation.feedback import NO_FEEDBACK
from schemathesis.generation.overrides import Override
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from xinglin.care.sites.tests.factories import counter, walk_in
from xinglin.config.tests.asking import browser
from xinglin.config.tests.houses import House
from xinglin.foundation.accounts.types import Viewer

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    unsupported_method,
    allow_header_conformance,
]
ROLES = (
    "nobody",
    "patient",
    "doctor",
    "operator",
    "administrator",
    "auditor",
    "pharmacist",
    "pharmacy_head",
    "quality",
    "site_assistant",
)
# Who is asked for the own rooms alone: of all others the auditor, who may as little, is asked.
ONLY = {
    "pharmacist": ("/api/v1/review", "/api/v1/tickets"),
    "pharmacy_head": ("/api/v1/prescription-samples",),
    "quality": ("/api/v1/calls/", "/api/v1/recordings/"),
    "site_assistant": ("/api/v1/site/", "/api/v1/gateway/"),
}
# The others share what nobody of them is let in to do.
SHARING = [role for role in ROLES if role not in ONLY]
NOT_LET_IN = {401, 403}
EXAMPLES = int(os.environ.get("XINGLIN_FUZZ_EXAMPLES", "0"))
BOTH = list(GenerationMode)
NEGATIVE = GenerationMode.NEGATIVE
# Pieces of a resumable upload (tus).
schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")


def viewer_of(house: House, role: str) -> Viewer | None:
    own = {"patient": house.cast.patient, "doctor": house.cast.doctor}
    return own[role].viewer if role in own else house.strangers[role]


def cookies_of(viewer: Viewer | None) -> dict[str, str]:
    client = browser(viewer)
    client.get("/api/v1/session")
    return {name: morsel.value for name, morsel in client.cookies.items()}


@contextmanager
def connection_kept() -> Iterator[None]:
    """A server closes its connection after each request; here it is the test's."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


def closing_what_it_answers(application: Any) -> Any:
    """As a server does, and schemathesis does not: a download is an open file."""

    def called(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        with closing(application(environ, start_response)) as answer:
            return list(answer)

    return called


class Caller:
    """One role's calls; `answers`: how often each status came back."""

    def __init__(self, house: House, role: str) -> None:
        self.role = role
        self._objects = house.objects
        if role == "site_assistant":
            self._cookies = self._at_a_counter()
        else:
            self._cookies = cookies_of(viewer_of(house, role))
        self._turn = 0
        self.answers: Counter[int] = Counter()

    def _at_a_counter(self) -> dict[str, str]:
        """At an enrolled device, with somebody who has walked in."""
        here = counter()
        self._objects = self._objects | {"walk_in_id": [walk_in(here).id]}
        return cookies_of(here.assistant) | {settings.DEVICE_COOKIE_NAME: here.cookie}

    def call(self, case) -> None:
        """As a server would, in a savepoint that is taken back."""
        negated = {place for place, how in case.meta.components.items() if how.mode is NEGATIVE}
        if ParameterLocation.COOKIE in negated:
            return  # Without a session one is nobody, who has a turn of its own.
        self._turn += 1
        self._put_real_objects(case, negated)
        with transaction.atomic():
            answer = case.call_and_validate(
                cookies=self._cookies,
                headers={"X-CSRFToken": self._cookies["csrf"]},
                checks=CHECKS,
            )
            transaction.set_rollback(True)
        self.answers[answer.status_code] += 1

    def _put_real_objects(self, case, negated: set[ParameterLocation]) -> None:
        """Nearly no made-up number names anything: every second call is about what is there."""
        if self._turn % 2 == 0:
            return
        if case.path_parameters and ParameterLocation.PATH not in negated:
            self._replace(case.path_parameters)
        if isinstance(case.body, dict) and ParameterLocation.BODY not in negated:
            self._replace(case.body)

    def _replace(self, values: dict[str, Any]) -> None:
        for name in values.keys() & self._objects.keys():
            known = self._objects[name]
            values[name] = str(known[self._turn // 2 % len(known)])


def covering(operation) -> Iterator[Any]:
    """Boundaries, missing and wrong values, other methods: the same each time."""
    return iter(
        CoverageGenerator(
            operation=operation,
            generation_modes=BOTH,
            generation_config=GenerationConfig(with_security_parameters=False),
            auth_storage=None,
            override=Override(),
            feedback=NO_FEEDBACK,
        )
    )


def failures_of(operation, caller: Caller) -> list[str]:
    """What is wrong with the answers of one operation; nothing, for most."""
    cases = list(covering(operation))
    allowed = [case for case in cases if case.meta.generation.mode is not NEGATIVE]
    forbidden = [case for case in cases if case.meta.generation.mode is NEGATIVE]
    before = caller.answers.copy()
    found = _called(operation, caller, allowed)
    is_let_in = bool((caller.answers - before).keys() - NOT_LET_IN)
    found += _called(operation, caller, _of(caller.role, forbidden, is_let_in=is_let_in))
    for mode in BOTH if EXAMPLES else ():
        found += _fuzzed(operation, caller, mode)
    return found


def _called(operation, caller: Caller, cases: list[Any]) -> list[str]:
    found = []
    for case in cases:
        try:
            caller.call(case)
        except (FailureGroup, Exception) as error:  # noqa: BLE001  # whatever it is, the others are called too
            found.append(f"{operation.label}: {error}")
    return found


def _of(role: str, forbidden: list[Any], *, is_let_in: bool) -> list[Any]:
    """Those that this role makes. A method that there is not is refused before it is asked who calls."""
    if role in ONLY:
        return forbidden
    nth, each = SHARING.index(role), len(SHARING)
    return [
        case
        for at, case in enumerate(forbidden)
        if at % each == nth or (is_let_in and case.method == case.operation.method.upper())
    ]


def _fuzzed(operation, caller: Caller, mode: GenerationMode) -> list[str]:
    @given(case=operation.as_strategy(generation_mode=mode))
    @examples(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def called(case) -> None:
        caller.call(case)

    try:
        called()
    except Unsatisfiable:
        return []  # Nothing about it can be wrong.
    except (FailureGroup, Exception) as error:  # noqa: BLE001  # as above
        return [f"{operation.label} ({mode}): {error}"]
    return []


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_every_operation_answers_as_it_is_described(house, role):
    caller = Caller(house, role)
    with connection_kept():
        application = closing_what_it_answers(get_wsgi_application())
        schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
        rooms = ONLY.get(role, ("/",))
        every = [each.ok() for each in schema.get_all_operations()]
        operations = [each for each in every if each.path.startswith(rooms)]
        found = list(chain.from_iterable(failures_of(each, caller) for each in operations))
    assert len(operations) > (40 if role not in ONLY else 5)
    assert not found, f"{len(found)} faults\n\n" + "\n\n".join(found)
