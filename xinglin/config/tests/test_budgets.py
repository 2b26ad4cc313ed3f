"""No list asks the database more when it shows more.

Every operation that answers a list stands in one of three tables: `GROWN` makes its rows and counts
the statements for few and for many; `ELSEWHERE` names the test that does so; `FIXED` says why there
is nothing to count.
"""

import importlib
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from xinglin.care.consultation.tests import factories
from xinglin.config.api import api
from xinglin.config.tests import growing
from xinglin.config.tests.asking import browser
from xinglin.config.tests.growing import keeper
from xinglin.config.tests.houses import House
from xinglin.foundation.accounts.types import Viewer

FEW, MANY = 3, 30
# Nothing of these grows with use.
FIXED = {
    "read_recording": "the pieces of one call's recording, in one statement",
    "list_consent_texts": "the versions that were ever published, in one statement",
    "list_notice_texts": "the shipped kinds and codes, in one statement",
    "read_setup": "the seven steps and the shipped departments",
    "read_audit_chains": "sixteen chains and the last ten checks",
    "read_audit_words": "the shipped names",
    "read_own_score": "the three classes, counted in one statement",
    "read_sampling_terms": "the shipped problems and departments, and the doctors of the house by 500",
    "find_diagnoses": "the shipped diagnoses, searched in memory",
    "list_departments": "the shipped departments",
    "list_promises": "three for each visit",
    "read_duty": "the own hours, twenty-one at most",
    "list_departments_on_duty": "a line for each shipped department",
    "list_application_terms": "the shipped kinds of evidence, titles and departments",
    "list_proof_terms": "the shipped kinds of proof",
    "list_rating_tags": "the shipped tags",
    "read_own_figures": "sums; of refusals a line for each reason",
    "read_team": "five assistants at most, and fifty who could be, in three statements",
    "list_sheet_columns": "the columns of a sheet",
    "list_red_flags": "the shipped danger signs",
    "read_triage_rules": "the shipped rules, and one count of the last 28 days",
    "read_board": "a line for each shipped department",
    "read_closing_terms": "the shipped terms",
    "xinglin_foundation_notices_api_read_settings": "a line for each channel",
    "xinglin_foundation_accounts_api_demo_people": "the people of a demo hospital, from a file",
}
# operation -> the test that counts its statements for few rows and for many.
ELSEWHERE = {
    **dict.fromkeys(
        ["list_site_walk_ins", "read_site_board"],
        "care.sites.tests.test_board_api::test_the_board_costs_the_same_for_many_sites_as_for_few",
    ),
    **dict.fromkeys(
        ["list_staff_accounts", "list_staff_changes"],
        "foundation.staffing.tests.test_staffing::test_a_page_costs_the_same_however_long_it_is",
    ),
    **dict.fromkeys(
        ["list_walk_ins", "list_observed", "list_sites"],
        "care.sites.tests.test_counter::test_a_list_costs_the_same_however_long_it_is",
    ),
    "list_notice_changes": "foundation.notices.tests.test_wording::"
    "test_the_history_costs_one_statement",
    **dict.fromkeys(
        ["list_abnormal", "list_board_doctors", "list_board_visits"],
        "care.dispatch.tests.test_board_api::test_lists_ask_the_same_for_many_rows_as_for_few",
    ),
    "read_walk_in_thread": "care.consultation.tests.test_at_a_site::"
    "test_reading_costs_the_same_however_much_was_said",
    "list_replays": "care.dispatch.tests.test_replays::"
    "test_the_list_costs_the_same_however_long_it_is",
    "read_told_waits": "care.dispatch.tests.test_told_waits::"
    "test_the_error_is_one_statement_and_a_place_a_few",
    "read_visit_steps": "care.dispatch.tests.test_board_api::"
    "test_the_course_of_a_visit_costs_the_same_however_long_it_is",
    **dict.fromkeys(
        ["list_own_prescriptions", "list_review_pool", "list_visit_prescriptions"],
        "care.prescribing.tests.test_prescribing_api::"
        "test_a_list_costs_the_same_however_long_it_is",
    ),
    "list_papers": "care.prescribing.tests.test_site_papers::"
    "test_the_list_costs_the_same_however_many_there_are",
    **dict.fromkeys(
        ["list_own_findings", "list_samples", "read_sample"],
        "care.prescribing.tests.test_sampling_api::test_a_list_costs_the_same_however_long_it_is",
    ),
    "list_doctors": "care.dispatch.tests.test_directory::"
    "test_a_page_costs_the_same_however_many_there_are",
    **dict.fromkeys(
        ["list_own_files", "list_own_records", "list_own_visits"],
        "care.consultation.tests.test_history::"
        "test_a_page_costs_as_many_queries_however_much_is_there",
    ),
    "list_due": "care.consultation.tests.test_due::test_the_list_costs_the_same_however_long_it_is",
    "list_earlier_visits": "care.consultation.tests.test_earlier::"
    "test_pages_follow_each_other_and_cost_the_same_however_many_there_are",
    **dict.fromkeys(
        ["read_earlier_messages", "read_earlier_transcripts", "read_earlier_visit"],
        "care.consultation.tests.test_earlier::test_one_of_them_costs_the_same_however_much_is_in_it",
    ),
    **dict.fromkeys(
        ["find_medicines", "list_catalogue"],
        "care.prescribing.tests.test_catalogue::"
        "test_lists_ask_the_database_once_however_long_they_are",
    ),
    "read_guest_messages": "care.consultation.tests.test_guests::"
    "test_reading_as_a_guest_costs_few_queries",
    "read_transcripts": "foundation.media.tests.test_voices::test_transcripts_cost_one_statement",
    "xinglin_foundation_notices_api_list_notices": "foundation.notices.tests.test_api::"
    "test_the_list_asks_the_database_four_times_however_long_it_is",
}


@dataclass(frozen=True)
class Grown:
    """`of`: who looks; `grow` adds a row; `items`: the list's name in the answer; `most`: rows."""

    of: Callable[[House], Viewer | None]
    path: Callable[[House], str]
    grow: Callable[[House], None]
    items: str = "items"
    most: int = MANY


def patient(house: House) -> Viewer:
    return house.cast.patient.viewer


def doctor(house: House) -> Viewer:
    return house.cast.doctor.viewer


def operator(house: House) -> Viewer | None:
    return house.strangers["operator"]


def assistant(house: House) -> Viewer:
    return house.helper


def visit(nth: int, rest: str) -> Callable[[House], str]:
    return lambda house: f"/consultations/{house.objects['consultation_id'][nth]}/{rest}"


def proofs_path(house: House) -> str:
    return f"/proofs?patient_id={house.cast.patient.patient_id}&limit=50"


def plain(path: str) -> Callable[[House], str]:
    return lambda _: path


GROWN: dict[str, Grown] = {
    "list_calls": Grown(patient, visit(1, "calls"), growing.calls_of_visit),
    "list_call_invitations": Grown(doctor, plain("/calls/invitations"), growing.calls_to_join),
    "list_observable_calls": Grown(
        lambda house: house.strangers["quality"],
        plain("/calls/observable"),
        growing.open_calls,
        most=9,
    ),
    "list_overrides": Grown(keeper, plain("/triage/overrides?limit=50"), growing.overrides),
    "list_sheet_imports": Grown(keeper, plain("/sheets/imports?limit=50"), growing.sheets),
    "list_applications": Grown(operator, plain("/credentials?limit=50"), growing.applications),
    "list_hand_overs": Grown(operator, plain("/hand-overs?limit=50"), growing.hand_overs),
    "list_licences": Grown(operator, plain("/credentials/licences?limit=100"), growing.licences),
    "list_own_applications": Grown(
        patient, plain("/applications"), growing.own_applications, most=19
    ),
    "list_own_licences": Grown(doctor, plain("/licences"), growing.licences),
    "list_transfers": Grown(doctor, visit(1, "transfers"), growing.transfers, most=19),
    "list_questions": Grown(doctor, plain("/questions?limit=50"), growing.questions),
    "list_questions_of_visit": Grown(doctor, visit(1, "questions"), growing.questions),
    "list_assisted": Grown(assistant, plain("/assisting"), growing.assisted),
    "read_assisted_messages": Grown(
        assistant,
        lambda house: f"/assisting/{house.objects['consultation_id'][1]}/messages",
        growing.thread,
        "messages",
    ),
    "list_consultations": Grown(patient, plain("/consultations?limit=50"), growing.visits),
    "list_consultations as doctor": Grown(doctor, plain("/consultations?limit=50"), growing.visits),
    "list_offers": Grown(doctor, plain("/offers"), growing.offers),
    "list_record_versions": Grown(patient, visit(0, "record/versions"), growing.versions),
    "list_exports": Grown(patient, plain("/exports"), growing.exports),
    "list_guests": Grown(patient, visit(1, "links"), growing.links),
    "list_merge_proposals": Grown(operator, plain("/merge-proposals?limit=50"), growing.merges),
    "list_phrases": Grown(doctor, plain("/phrases?kind=reply"), growing.phrases),
    "list_favourites": Grown(doctor, plain("/favourites"), growing.favourite_medicines),
    "list_department_phrases": Grown(
        keeper,
        lambda _: f"/departments/{factories.department()}/phrases?kind=reply",
        growing.department_phrases,
    ),
    "list_proofs": Grown(patient, proofs_path, growing.kept_proofs),
    "list_visit_proofs": Grown(doctor, visit(1, "proofs"), growing.visit_proofs, most=4),
    "read_access_log": Grown(
        patient,
        lambda house: f"/patients/{house.cast.patient.patient_id}/access-log?limit=100",
        growing.lines,
    ),
    "read_messages": Grown(patient, visit(1, "messages"), growing.thread, "messages"),
    "read_my_people": Grown(patient, plain("/people/me"), growing.family, "patients"),
    "read_queue": Grown(doctor, plain("/dispatch/queue"), growing.queue),
    "search_messages": Grown(patient, plain("/messages/search?q=头痛"), growing.found, "messages"),
    "search_messages as doctor": Grown(
        doctor, plain("/messages/search?q=头痛"), growing.found, "messages"
    ),
    "list_packages": Grown(
        lambda house: house.strangers["auditor"], plain("/packages?limit=100"), growing.packages
    ),
    "list_audit_lines": Grown(
        lambda house: house.strangers["auditor"], plain("/audit/lines?limit=200"), growing.lines
    ),
    "xinglin_foundation_notices_api_inbox": Grown(
        lambda _: None, plain("/demo/inbox"), growing.inbox
    ),
}


@pytest.mark.parametrize("name", GROWN)
def test_a_list_asks_as_much_for_many_rows_as_for_few(house, name):
    told = GROWN[name]
    client = browser(told.of(house))
    path = f"/api/v1{told.path(house)}"

    def look() -> tuple[int, list[str]]:
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(path)
        assert answer.status_code == 200, answer.content
        return len(answer.json()[told.items]), [query["sql"] for query in asked]

    few_rows = min(FEW, told.most // 2)
    for _ in range(few_rows):
        told.grow(house)
    look()  # What is read once for all is read here.
    few, asked_for_few = look()
    for _ in range(told.most - few_rows):
        told.grow(house)
    many, asked_for_many = look()
    assert many > few
    assert len(asked_for_many) == len(asked_for_few), "\n".join(
        sorted(set(asked_for_many) - set(asked_for_few))
    )


def lists() -> set[str]:
    """Operations that answer a list of objects."""
    schema = api.get_openapi_schema(path_prefix="api/v1")
    shapes = schema["components"]["schemas"]
    found = set()
    for path in schema["paths"].values():
        content = path.get("get", {}).get("responses", {}).get("200", {}).get("content", {})
        shape = content.get("application/json", {}).get("schema", {})
        shape = shapes.get(shape.get("$ref", "").rpartition("/")[2], shape)
        rows = (p.get("items", {}) for p in shape.get("properties", {}).values())
        if any("$ref" in row for row in rows):
            found.add(path["get"]["operationId"])
    # A screen of one thing, with parts of it.
    return found - {
        "read_application",
        "read_own_application",
        "read_assisted",
        "read_call",
        "read_call_state",
        "read_consent",
        "read_consultation",
        "read_question",
        "read_doctor",
        "read_guest_call",
        "read_intake",
        "read_prescription",
        "read_proof",
        "read_review",
        "read_sampled",
        "read_screen",
        "read_sheet_import",
        "read_site",
        "read_station",
        "read_walk_in",
    }


def test_no_list_is_left_out():
    counted = {name.partition(" ")[0] for name in GROWN} | set(ELSEWHERE) | set(FIXED)
    assert lists() == counted, "tell its rows in GROWN, or the test of yours in ELSEWHERE"


@pytest.mark.parametrize("name", ELSEWHERE)
def test_the_test_that_counts_elsewhere_is_there(name):
    module, _, test = ELSEWHERE[name].partition("::")
    assert callable(getattr(importlib.import_module(f"xinglin.{module}"), test))
