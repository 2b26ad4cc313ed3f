"""`./run verify`: what holds is told in both languages, and how it ends is a number."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args
from uuid import UUID

import pytest

from xinglin.care.prescribing import statement
from xinglin.care.prescribing.queries import proof
from xinglin.foundation.letters.services import as_pdf
from xinglin.foundation.letters.types import Letter
from xinglin.foundation.signing import services as signing
from xinglin.foundation.signing.queries import documents
from xinglin.foundation.signing.services import authorities, sealing
from xinglin.foundation.signing.types import Attachment, Signature
from xinglin.host import cli, verifying

AT = datetime(2026, 5, 1, 4, 0, 0, tzinfo=UTC)
NUMBER, DOCTOR, PHARMACIST = UUID(int=1), UUID(int=2), UUID(int=3)
CONTENT = {
    "written_on": "2026-05-01",
    "expires_at": "2026-05-01T16:00:00.000000+00:00",
    "patient": {"sex": "female", "age": {"zh": "38岁", "en": "38 years"}},
    "diagnoses": [{"code": "I10.x00", "name_zh": "高血压病", "name_en": ""}],
    "items": [
        {
            "name": {"zh": "氨氯地平", "en": "amlodipine\x1b[2K"},
            "strength": "5 mg",
            "dose": "1",
            "dose_unit": "{tablet}",
            "route": "oral",
            "frequency": "qd",
            "days": 7,
            "quantity": 7,
            "quantity_unit": "{tablet}",
        }
    ],
}


def proved(reviewer: UUID = PHARMACIST, *, first: UUID | None = None, joined: bool = True) -> bytes:
    """`first`: of two pharmacists. `joined`: the second signs over what the first has signed."""
    said = statement.doctors(
        prescription_id=NUMBER,
        version=1,
        content=CONTENT,
        report={},
        overrides=[],
        practitioner_id=UUID(int=4),
        signed_by=DOCTOR,
        signed_at=AT,
    )
    made = signing.sign(DOCTOR, said, AT, gateway="x509")

    def judged(by: UUID, outcome: Mapping[str, str]) -> tuple[bytes, Signature]:
        review = statement.pharmacists(
            prescription_id=NUMBER,
            version=1,
            doctors_sha256=made.sha256,
            doctors_signature=made.value,
            checks=["prescription"],
            signed_by=by,
            signed_at=AT,
            outcome=outcome,
        )
        return review, signing.sign(by, review, AT, gateway="x509")

    before = judged(first, statement.PASSED_ON) if first else None
    over = statement.second_of_two(before[1].value) if before and joined else statement.APPROVED
    return proof.written(doctor=(said, made), pharmacist=judged(reviewer, over), first=before)


def paper(*kept: tuple[str, bytes], at: datetime = AT) -> bytes:
    files = [
        Attachment(name=name, content=content, media_type="application/json", about="x")
        for name, content in kept
    ]
    bare = as_pdf(Letter(lang="zh", title="处方", house="杏林", sections=[]))
    return sealing.sealed(bare, files, reason="test", house="杏林", at=at)


@pytest.fixture(scope="module")
def made() -> bytes:
    return paper((proof.NAME, proved()))


@pytest.fixture
def verify(tmp_path, capsys):
    """Of these bytes -> how it ended, and what was said."""

    def verified(content: bytes, *words: str) -> tuple[int, str]:
        file = tmp_path / "told"
        file.write_bytes(content)
        ended = cli.main(["verify", str(file), *words])
        return ended, capsys.readouterr().out

    return verified


@pytest.fixture
def root(tmp_path) -> str:
    path: Path = tmp_path / "root.pem"
    path.write_bytes(authorities.roots_as_pem())
    return str(path)


def test_a_paper_holds_by_a_trusted_root(verify, made, root):
    ended, said = verify(made, "--root", root)
    assert ended == 0
    for words in (str(NUMBER), "氨氯地平", "2026-05-01 04:00:00 UTC", str(DOCTOR), "It holds"):
        assert words in said
    assert "\x1b" not in said


def test_without_a_root_it_is_said_that_nobody_vouches(verify, made):
    ended, said = verify(made)
    assert ended == 0
    assert "trusted by nobody" in said
    assert "无人担保" in said
    assert "It holds" not in said


def test_the_statements_hold_by_themselves(verify, root):
    ended, said = verify(proved(), "--root", root, "--json")
    answer = json.loads(said)
    assert (ended, answer["holds"], answer["trusted"]) == (0, True, True)
    assert answer["signatures"]["pharmacist"]["certificate"] == str(PHARMACIST)


def test_another_root_than_its_own_is_not_enough(verify, made, root, settings, tmp_path):
    settings.SIGNING_KEY = bytes(32)
    other = tmp_path / "other.pem"
    other.write_bytes(authorities.roots_as_pem())
    ended, said = verify(made, "--root", str(other))
    assert (ended, "trusted" in said) == (1, True)
    assert verify(made, "--root", str(other), "--root", root)[0] == 0


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (paper, "attachments"),
        (lambda: paper((proof.NAME, proved()), ("more.json", b"{}")), "attachments"),
        (lambda: paper((proof.NAME, proved(DOCTOR))), "review"),
        (lambda: paper((proof.NAME, proved()), at=AT - timedelta(hours=1)), "time"),
        (lambda: paper((proof.NAME, proved()))[:-9], "whole"),
        (lambda: proved().replace("氨氯地平".encode(), "氯氨地平".encode()), "doctor_signature"),
    ],
)
def test_what_does_not_hold_is_named(verify, content, fault):
    ended, said = verify(content())
    told = verifying.FAULTS[fault]
    assert ended == 1
    assert f"{told.zh} / {told.en}" in said


def test_a_file_that_cannot_be_read_is_neither(verify, made, tmp_path, capsys):
    assert verify(made, "--root", str(tmp_path / "told"))[0] == 2
    assert cli.main(["verify", str(tmp_path / "nothing.pdf")]) == 2
    assert "cannot be read" in capsys.readouterr().err


def test_every_fault_that_can_be_found_has_words():
    found = {*get_args(documents.Fault), *get_args(proof.Fault)}
    assert set(verifying.FAULTS) == found | {"attachments", "time"}


def test_both_pharmacists_are_told_where_two_have_signed(verify):
    ended, said = verify(proved(first=UUID(int=5)))
    assert ended == 0
    assert "初审药师签名" in said
    assert said.count(str(UUID(int=5))) == 1


@pytest.mark.parametrize(
    "told",
    [
        {"first": PHARMACIST},
        {"first": DOCTOR},
        {"first": UUID(int=5), "joined": False},
    ],
    ids=["one_person_twice", "the_doctor", "not_over_the_first"],
)
def test_two_pharmacists_are_two_persons_and_the_second_signs_over_the_first(verify, told):
    assert verify(proved(**told))[0] == 1


def test_a_second_signature_without_the_first_proves_nothing(verify):
    both = json.loads(proved(first=UUID(int=5)))
    del both["first_pharmacist"]
    assert verify(statement.canonical(both))[0] == 1
