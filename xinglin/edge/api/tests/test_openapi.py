"""The API describes itself, without another host."""

import re

import pytest

pytestmark = pytest.mark.django_db


def test_the_document_is_openapi_and_names_every_problem(client):
    schema = client.get("/api/v1/openapi.json").json()
    assert schema["openapi"].startswith("3.1")
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            assert {"401", "403", "404", "405", "409", "413", "415", "422", "429"} <= set(
                operation["responses"]
            ), path
            names = [p["name"] for p in operation.get("parameters", [])]
            assert ("Idempotency-Key" in names) == (method == "post")


def test_every_reference_of_the_document_leads_somewhere(client):
    answer = client.get("/api/v1/openapi.json")
    known = answer.json()["components"]["schemas"]
    used = set(re.findall(r"#/components/schemas/([^\"]+)", answer.content.decode()))
    assert used <= set(known)


def test_two_shapes_of_one_name_are_two_shapes(client):
    """ninja would let the later take the place of the earlier."""
    paths = client.get("/api/v1/openapi.json").json()
    shapes = paths["components"]["schemas"]

    def answer_of(path):
        ref = paths["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]
        return shapes[ref["schema"]["$ref"].rpartition("/")[2]]["properties"]

    visit = answer_of("/api/v1/consultations/{consultation_id}")
    assert "summary" in shapes[visit["intake"]["$ref"].rpartition("/")[2]]["properties"]
    assert "questions" in answer_of("/api/v1/intakes/{intake_id}")


def test_what_strangers_may_call_is_said(client):
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    assert {} in paths["/api/v1/departments"]["get"]["security"]
    assert {} not in paths["/api/v1/duty"]["get"]["security"]


def test_the_page_is_whole_by_itself(client):
    answer = client.get("/api/v1/docs")
    page = answer.content.decode()
    assert "/api/v1/session" in page
    assert "<script" not in page
    assert not re.search(r"(src|href)=\"(https?:)?//", page)
    assert answer["Content-Security-Policy"].startswith("default-src 'none'; style-src 'sha256-")
