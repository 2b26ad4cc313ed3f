"""The signed PDF of an effective prescription: made once, by the worker, and nothing waits for it."""

import io
import json
import random
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pikepdf
import pytest
from django.db import DatabaseError, connection, transaction

from xinglin.care.people.tests.factories import staff_viewer
from xinglin.care.prescribing import reactions
from xinglin.care.prescribing.models import PrescriptionDocument
from xinglin.care.prescribing.queries import documents as queries
from xinglin.care.prescribing.queries import proof
from xinglin.care.prescribing.queries.verifying import doctors_words
from xinglin.care.prescribing.services import documents, paper, reviewing, validity
from xinglin.care.prescribing.services.reviewing import version_of
from xinglin.care.prescribing.sheet import Told
from xinglin.care.prescribing.statement import canonical
from xinglin.care.prescribing.tests import rx
from xinglin.care.prescribing.tests.longterm import signed_for
from xinglin.foundation.audit.models import AuditLine
from xinglin.foundation.letters import services as letters
from xinglin.foundation.signing.queries import documents as sealed
from xinglin.foundation.signing.queries import trust
from xinglin.foundation.signing.services import authorities
from xinglin.kernel import clock, ids
from xinglin.kernel.errors import NotFound

pytestmark = pytest.mark.usefixtures("at_noon")


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.FILES_DIR = tmp_path
    return tmp_path / "prescriptions"


def asked(chain, **changed) -> UUID:
    made = rx.effective(chain, **changed)
    for _ in range(2):  # an event may come twice
        reactions.ask_document(ids.new(), {"prescription_id": str(made)}, clock.now())
    return made


def read(chain, of: UUID) -> bytes:
    return queries.document_file(chain.cast.patient.viewer, of).read_bytes()


def row(of: UUID) -> PrescriptionDocument:
    return PrescriptionDocument.objects.get(pk=of)


def roots() -> list[bytes]:
    return trust.certificates_in(authorities.roots_as_pem())


def test_a_worker_makes_the_paper_with_what_both_have_signed_inside(chain, files):
    of = asked(chain)
    assert documents.make_due() == 1
    made = read(chain, of)
    with pikepdf.open(io.BytesIO(made)) as pdf:
        assert str(of) in str(pdf.docinfo["/Title"])
    found = sealed.check(made, roots())
    proved = proof.check(found.attachments[proof.NAME], roots())
    assert proved.prescription_id == str(of)
    assert proved.content == version_of(rx.row(of)).content
    assert {role: trust.subject(each) for role, each in proved.signers.items()} == {
        "doctor": str(chain.cast.doctor.viewer.user_id),
        "pharmacist": str(chain.pharmacist.user_id),
    }
    assert found.at == clock.now()
    assert queries.document_json(rx.row(of))["state"] == "ready"


def test_those_who_may_see_the_prescription_have_it_and_nobody_else(chain):
    of = asked(chain)
    documents.make_due()
    may = [chain.cast.patient.viewer, chain.cast.doctor.viewer, chain.pharmacist]
    for viewer in may:
        assert queries.document_file(viewer, of).is_file()
    lines = AuditLine.objects.filter(action="prescription.read_document", thing_id=of)
    assert {line.actor_id for line in lines} == {viewer.user_id for viewer in may}
    others = [
        chain.cast.other_doctor.viewer,
        chain.cast.other_patient.viewer,
        chain.other_pharmacist,
        staff_viewer("auditor"),
    ]
    for viewer in others:
        with pytest.raises(NotFound):
            queries.document_file(viewer, of)


def test_what_is_not_effective_has_none(chain):
    of = rx.claimed(chain)
    reactions.ask_document(ids.new(), {"prescription_id": str(of)}, clock.now())
    assert documents.make_due() == 0
    assert queries.document_json(rx.row(of)) is None
    with pytest.raises(NotFound):
        queries.document_file(chain.cast.patient.viewer, of)


def test_nothing_waits_for_the_paper_and_it_is_tried_until_it_is_there(chain, settings, files):
    settings.STAMP_GATEWAY = "null"
    of = asked(chain)
    documents.make_due()
    assert (rx.state(of), row(of).last_error) == ("effective", "Unavailable")
    assert rx.token(chain, of)
    assert queries.document_json(rx.row(of))["state"] == "making"
    with pytest.raises(queries.DocumentNotReadyError):
        read(chain, of)
    assert documents.make_due() == 0  # not before its time
    assert not list(files.glob("*"))
    settings.STAMP_GATEWAY = "demo"
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        assert documents.make_due() == 1
        assert sealed.check(read(chain, of)).at == clock.now()
    assert row(of).tries == 2


def test_a_typesetter_that_fails_puts_it_off(chain, monkeypatch):
    of = asked(chain)

    with monkeypatch.context() as broken:
        broken.setattr(letters, "_run", lambda told: None)
        documents.make_due()
    assert row(of).made_at is None
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        documents.make_due()
    assert row(of).made_at is not None


def test_a_worker_that_died_half_way_leaves_nothing_that_anybody_has(chain, files, monkeypatch):
    """The file was written, and the transaction never ended."""
    of = asked(chain)

    def dies(*_args):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(documents, "_announce", dies)
        with pytest.raises(KeyboardInterrupt):
            documents.make_due()
    (left,) = files.glob("*.pdf")
    assert row(of).made_at is None
    documents.make_due()
    (kept,) = files.glob("*")
    assert kept != left
    assert kept.read_bytes() == read(chain, of)


def test_one_that_cannot_be_announced_stops_no_other(chain, monkeypatch):
    first, second = asked(chain), asked(chain)
    announce = documents._announce

    def fails(of):
        if of.pk == first:
            raise OSError
        announce(of)

    with monkeypatch.context() as broken:
        broken.setattr(documents, "_announce", fails)
        assert documents.make_due() == 2
    assert (row(first).made_at, row(first).sha256, row(first).last_error) == (None, "", "OSError")
    assert row(second).made_at is not None
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        assert documents.make_due() == 1
    assert read(chain, first)


def test_what_does_not_come_soon_is_called_delayed(chain, settings):
    settings.STAMP_GATEWAY = "null"
    of, at = asked(chain), clock.now()
    told = []
    for minutes in range(6):
        told.append(queries.document_json(rx.row(of))["state"])
        with clock.frozen(at + timedelta(minutes=minutes)):
            assert documents.make_due() == 1
    assert told == ["making"] * 5 + ["delayed"]
    settings.STAMP_GATEWAY = "demo"
    with clock.frozen(at + timedelta(minutes=9)):
        documents.make_due()
    assert queries.document_json(rx.row(of))["state"] == "ready"


def test_a_house_without_a_seal_promises_no_paper(chain, settings):
    kept = asked(chain)
    documents.make_due()
    settings.SEAL_GATEWAY = "null"
    of = asked(chain)
    documents.make_due()
    assert queries.document_json(rx.row(of)) is None
    with pytest.raises(NotFound):
        read(chain, of)
    assert queries.document_json(rx.row(kept))["state"] == "ready"


def test_it_is_made_once_and_the_database_holds_it(chain):
    of = asked(chain)
    documents.make_due()
    made = read(chain, of)
    reactions.ask_document(ids.new(), {"prescription_id": str(of)}, clock.now())
    assert documents.make_due() == 0
    assert read(chain, of) == made
    for statement in (
        "update prescription_document set due_at = now(), made_at = null, sha256 = ''",
        "update prescription_document set sha256 = 'x'",
        "delete from prescription_document",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_no_paper_is_made_of_what_nobody_signed(chain):
    of = asked(chain)
    rx.past_its_guard("content = jsonb_set(content, '{valid_days}', '3')")
    documents.make_due()
    assert (row(of).last_error, row(of).made_at) == ("BrokenError", None)


def test_the_seal_says_when_it_took_effect_and_not_that_it_still_is(chain):
    of = asked(chain)
    documents.make_due()
    with pikepdf.open(io.BytesIO(read(chain, of))) as pdf:
        reason = str(pdf.Root.AcroForm.Fields[0].V.Reason)
    day = clock.now().date().isoformat()
    assert reason.startswith(f"处方曾于 {day} 12:00+08:00 生效 Took effect at {day} 12:00+08:00")


def test_of_what_was_voided_meanwhile_no_paper_is_made(chain):
    of = asked(chain)
    validity.void(chain.cast.doctor.viewer, of, reason="wrong", at=clock.now())
    assert documents.make_due() == 0
    assert queries.document_json(rx.row(of)) is None
    with pytest.raises(NotFound):
        read(chain, of)
    made = rx.effective(chain)
    validity.void(chain.cast.doctor.viewer, made, reason="wrong", at=clock.now())
    reactions.ask_document(ids.new(), {"prescription_id": str(made)}, clock.now())
    assert not PrescriptionDocument.objects.filter(pk=made).exists()


def facts_of(of, **told):
    """As they stand on the paper: Chinese words by English label. `told`: as if that had been signed."""
    version = version_of(rx.row(of))
    version.content["told"] |= told
    facts = paper.told(rx.row(of), version, version.review)["facts"]
    return {each["label"]["en"]: each["words"]["zh"] for each in facts}


def test_a_longer_supply_says_why_on_the_paper(chain):
    told = Told(longer_for="chronic", longer_reason="血压平稳，路途较远")
    of = asked(chain, told=told)
    assert facts_of(of)["Why for longer"] == "慢性病：血压平稳，路途较远"
    assert documents.make_due() == 1
    assert sealed.check(read(chain, of), roots())


def test_a_long_supply_says_who_has_agreed_and_when(chain):
    of = signed_for(chain)
    rx.sign(chain, of)
    reviewing.claim(chain.pharmacist, of, at=clock.now())
    rx.approve(chain, of)
    found = facts_of(of)
    day = clock.now().date().isoformat()
    assert found["Consent to a long supply"] == f"患者本人已签名同意（{day} 12:00）"
    assert "Why for longer" not in found


def test_repeats_stand_on_the_paper_where_they_were_written(chain):
    of = rx.effective(chain)
    assert not {"Repeats", "Why for longer", "Consent to a long supply"} & set(facts_of(of))
    told = facts_of(of, repeats=2, repeat_after_days=7)
    assert told["Repeats"] == "首次取药后可再取 2 次，每次间隔 7 天"


def test_the_paper_says_all_that_goes_with_its_attachment(chain):
    of = rx.effective(chain)
    version = version_of(rx.row(of))
    made = json.loads(queries.proof_of(version, version.review))
    said = json.loads(made["doctor"]["statement"])
    assert {"report", "overrides"} <= set(said)
    assert "allergies" in said["content"]
    note = paper.told(rx.row(of), version, version.review)["notes"][-1]
    assert all(words in note["zh"] for words in ("过敏", "安全检查", "理由"))
    assert all(words in note["en"] for words in ("allergies", "safety check", "reasons"))


def test_words_of_people_are_never_markup(chain):
    product = rx.product(
        generic_name_zh='#read("/etc/passwd") *粗* $x$', generic_name_en="@ref <label> \\", form=""
    )
    of = asked(replace(chain, product=product))
    documents.make_due()
    assert sealed.check(read(chain, of), roots())


def test_one_changed_byte_of_the_statements_is_found(chain):
    of = rx.effective(chain)
    version = version_of(rx.row(of))
    made = queries.proof_of(version, version.review)
    assert proof.check(made, roots()).signed_at["doctor"] == version.signed_at
    assert doctors_words(version).decode() in json.loads(made)["doctor"]["statement"]
    chosen = random.Random(10)  # the same places each time
    for place in chosen.sample(range(len(made)), 200):
        changed = bytearray(made)
        changed[place] ^= 1 << chosen.randrange(8)
        with pytest.raises(proof.NoProofError):
            proof.check(bytes(changed), roots())


def test_parts_that_do_not_belong_together_are_found(chain):
    of, other = rx.effective(chain), rx.effective(chain, valid_days=2)
    versions = [version_of(rx.row(each)) for each in (of, other)]
    told, theirs = (json.loads(queries.proof_of(each, each.review)) for each in versions)
    doctor, pharmacist = told["doctor"], told["pharmacist"]
    changes = [
        {"doctor": pharmacist},
        {"pharmacist": doctor},
        {"pharmacist": theirs["pharmacist"]},
        {"note": "x"},
        {"form": "xinglin-prescription/2"},
        {"doctor": {**doctor, "certificates": []}},
        {"doctor": {**doctor, "certificates": pharmacist["certificates"]}},
        {"doctor": {**doctor, "certificates": doctor["certificates"][::-1]}},
        {"doctor": {**doctor, "algorithm": "null"}},
    ]
    for change in changes:
        with pytest.raises(proof.NoProofError):
            proof.check(canonical(told | change), roots())
    with pytest.raises(proof.NoProofError):
        proof.check(json.dumps(told).encode(), roots())
    assert proof.check(canonical(told), roots())
