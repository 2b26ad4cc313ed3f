"""Earlier diagnoses: handed in, shown, withdrawn, kept."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from xinglin.care.consultation import queries, rules, services
from xinglin.care.consultation.models import Proof, ProofFile
from xinglin.care.consultation.tests import factories as make
from xinglin.care.consultation.tests import proofs
from xinglin.care.consultation.types import ProofFinding
from xinglin.foundation.media.models import File
from xinglin.kernel import ids
from xinglin.kernel.errors import Conflict, IllegalStep, Invalid, NotFound, RuleRefused
from xinglin.policy.rules import local_date

# --- handing in


def test_a_proof_is_kept_with_its_files_and_their_fingerprint(cast):
    files = tuple(make.picture(cast.patient) for _ in range(3))
    paper = proofs.proof(cast.patient, file_ids=files)
    row = Proof.objects.get(pk=paper)
    kept = list(ProofFile.objects.filter(proof=row).order_by("position"))
    assert tuple(each.file_id for each in kept) == files
    assert row.evidence == rules.evidence(each.sha256 for each in kept)
    assert (row.diagnosis_code, row.diagnosis_zh) == (proofs.HYPERTENSION, "高血压病")
    assert proofs.state(cast.patient, paper) == "kept"


def test_a_diagnosis_may_be_in_own_words(cast):
    paper = proofs.proof(cast.patient, diagnosis_code="", diagnosis="  高血压二级  ")
    told = queries.own_proof(cast.patient.viewer, paper)["diagnosis"]
    assert told == {"code": "", "name_zh": "高血压二级", "name_en": ""}


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({"kind": "chat_screenshot"}, {"kind"}),
        ({"diagnosis_code": "", "diagnosis": "x"}, {"diagnosis"}),
        ({"diagnosis_code": "", "diagnosis": "病" * 121}, {"diagnosis"}),
        ({"diagnosis_code": "ZZZ"}, {"diagnosis_code"}),
        ({"hospital": " "}, {"hospital"}),
        ({"issued_on": local_date(make.now()) + timedelta(days=2)}, {"issued_on"}),
        ({"issued_on": local_date(make.now()).replace(year=1890, day=1)}, {"issued_on"}),
        ({"file_ids": ()}, {"file_ids"}),
        ({"file_ids": tuple(UUID(int=n) for n in range(10))}, {"file_ids"}),
        ({"kind": "", "hospital": "", "file_ids": ()}, {"kind", "hospital", "file_ids"}),
    ],
)
def test_what_is_wrong_is_named_field_by_field(cast, changed, fields):
    with pytest.raises(Invalid) as refused:
        proofs.proof(cast.patient, **changed)
    assert {each.field for each in refused.value.errors} == fields
    assert not Proof.objects.exists()


def test_a_file_of_somebody_else_does_not_exist(cast):
    theirs = make.picture(cast.other_patient)
    with pytest.raises(NotFound):
        proofs.proof(cast.patient, file_ids=(make.picture(cast.patient), theirs))
    assert not Proof.objects.exists()


def test_for_somebody_elses_patient_nothing_is_kept(cast):
    with pytest.raises(NotFound):
        services.add_proof(cast.patient.viewer, proofs.form(cast.other_patient), at=make.now())


def test_without_consent_no_paper_is_taken_in(cast):
    newcomer = make.patient(agreed=False)
    with pytest.raises(RuleRefused) as refused:
        proofs.proof(newcomer)
    assert {refusal.rule_id for refusal in refused.value.refusals} == {"R13"}


# --- showing


def test_a_proof_is_shown_with_the_request_or_later_and_twice_is_once(cast):
    first, second = proofs.proof(cast.patient), proofs.proof(cast.patient)
    visit = proofs.waiting(cast.patient, first, first)
    for _ in range(2):
        services.show_proof(cast.patient.viewer, visit, second, at=make.now())
    shown = queries.proofs_of_visit(cast.patient.viewer, visit)
    assert [each["id"] for each in shown] == [first, second]
    assert make.cards(visit).count("proof_shown") == 2
    assert {proofs.state(cast.patient, each) for each in (first, second)} == {"waiting"}


def test_a_doctor_is_shown_no_more_than_can_be_read(cast):
    papers = [proofs.proof(cast.patient) for _ in range(rules.MOST_PROOFS_SHOWN + 1)]
    with pytest.raises(Invalid):
        proofs.waiting(cast.patient, *papers)
    visit = proofs.waiting(cast.patient, *papers[:-1])
    with pytest.raises(Invalid):
        services.show_proof(cast.patient.viewer, visit, papers[-1], at=make.now())


def test_another_patients_proof_is_not_shown(cast):
    theirs = proofs.proof(cast.other_patient)
    with pytest.raises(NotFound):
        proofs.waiting(cast.patient, theirs)
    visit = make.visit(cast.patient)
    with pytest.raises(NotFound):
        services.show_proof(cast.patient.viewer, visit, theirs, at=make.now())
    with pytest.raises(NotFound):
        services.show_proof(cast.other_patient.viewer, visit, theirs, at=make.now())


def test_nothing_is_shown_when_the_visit_is_over(cast):
    paper = proofs.proof(cast.patient)
    visit = make.ended(cast.patient, cast.doctor)
    with pytest.raises(IllegalStep):
        services.show_proof(cast.patient.viewer, visit, paper, at=make.now())


# --- withdrawing


def test_before_a_judgement_a_paper_is_withdrawn_and_the_doctor_sees_it_no_more(cast):
    visit, paper = proofs.to_judge(cast.patient, cast.doctor)
    for _ in range(2):
        services.withdraw_proof(cast.patient.viewer, paper, at=make.now())
    assert make.cards(visit).count("proof_withdrawn") == 1
    [seen] = queries.proofs_of_visit(cast.doctor.viewer, visit)
    assert (seen["state"], seen["files"], seen["may"]) == ("withdrawn", [], [])
    with pytest.raises(Conflict, match="proof_withdrawn"):
        proofs.judge(cast.doctor, visit, paper)
    with pytest.raises(NotFound):
        services.show_proof(cast.patient.viewer, visit, paper, at=make.now())
    listed = queries.own_proofs(cast.patient.viewer, cast.patient.patient_id, after=None, limit=20)
    assert listed["items"] == []


def test_what_was_judged_stays(cast):
    visit, paper = proofs.to_judge(cast.patient, cast.doctor)
    proofs.judge(cast.doctor, visit, paper, proofs.refused())
    with pytest.raises(Conflict, match="proof_judged"):
        services.withdraw_proof(cast.patient.viewer, paper, at=make.now())
    with pytest.raises(NotFound):
        services.withdraw_proof(cast.other_patient.viewer, paper, at=make.now())


# --- later


def test_an_accepted_paper_is_used_again_and_judged_again(cast):
    visit, paper = proofs.follow_up(cast.patient, cast.doctor)
    make.sign(visit, cast.doctor)
    services.close(cast.doctor.viewer, visit, reason="treated", at=make.now())
    again = proofs.waiting(cast.patient, paper)
    assert make.row(again).kind == "advice"
    make.accept(again, cast.other_doctor)
    [shown] = queries.proofs_of_visit(cast.other_doctor.viewer, again)
    assert (shown["state"], shown["judgements"], shown["last"]["consultation_id"]) == (
        "accepted",
        [],
        visit,
    )
    proofs.judge(cast.other_doctor, again, paper)
    assert make.row(again).kind == "follow_up"


def test_both_sides_read_it_after_the_visit(cast):
    visit, paper = proofs.follow_up(cast.patient, cast.doctor)
    make.sign(visit, cast.doctor)
    services.close(cast.doctor.viewer, visit, reason="treated", at=make.now())
    for person in (cast.patient, cast.doctor):
        [shown] = queries.proofs_of_visit(person.viewer, visit)
        assert (len(shown["files"]), shown["may"]) == (1, [])
        [file] = shown["files"]
        found = queries.file_of_visit(person.viewer, visit, paper, file["id"])
        assert found == file["id"]


def test_the_basis_names_codes_proof_and_judgement(cast):
    visit, paper = proofs.to_judge(cast.patient, cast.doctor)
    both = ProofFinding(outcome="accepted", codes=(proofs.HYPERTENSION, "E11.9"))
    judged = proofs.judge(cast.doctor, visit, paper, both)
    basis = queries.follow_up_basis(visit)
    assert (basis.may_prescribe, basis.codes) == (True, {proofs.HYPERTENSION, "E11.9"})
    [accepted] = basis.proofs
    assert (accepted.proof_id, accepted.judgement_id) == (paper, judged)
    assert accepted.practitioner_id == cast.doctor.card.id
    with pytest.raises(NotFound):
        queries.follow_up_basis(ids.new())


def test_a_paper_is_kept_as_long_as_the_record(cast):
    visit, paper = proofs.follow_up(cast.patient, cast.doctor)
    make.sign(visit, cast.doctor)
    services.close(cast.doctor.viewer, visit, reason="treated", at=make.now())
    wish = queries.may_delete_proof(paper, at=make.now(), asked=True)
    assert (wish.kind, set(wish.rule_ids)) == ("refuse", {"R22", "R52"})
    ended = make.row(visit).ended_at
    early, late = ended.replace(year=ended.year + 14), ended.replace(year=ended.year + 16)
    assert queries.may_delete_proof(paper, at=early, asked=False).kind == "refuse"
    assert queries.may_delete_proof(paper, at=late, asked=False).kind == "allow"


@pytest.mark.parametrize(
    "sql",
    [
        "update consultation_proof_judgement set outcome = 'not_accepted', reason = 'other'",
        "delete from consultation_proof_judgement",
        "update consultation_proof_file set sha256 = ''",
        "delete from consultation_shown_proof",
        "delete from consultation_proof",
        "update consultation_proof set hospital = 'elsewhere'",
        "update consultation_proof set hospital = 'elsewhere', withdrawn_at = now()",
    ],
)
def test_the_database_lets_nothing_be_overwritten(cast, sql):
    proofs.follow_up(cast.patient, cast.doctor)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


# --- other files, other places


@pytest.mark.parametrize(("kind", "proves"), [("document", True), ("voice", False)])
def test_a_document_proves_and_a_voice_does_not(cast, kind, proves):
    file = File.objects.create(
        owner_id=cast.patient.id, kind=kind, bytes=9, sha256=b"d" * 32, uploaded_at=make.now()
    )
    if proves:
        paper = proofs.proof(cast.patient, file_ids=(file.pk,))
        assert queries.own_proof(cast.patient.viewer, paper)["files"][0]["kind"] == kind
    else:
        with pytest.raises(NotFound):
            proofs.proof(cast.patient, file_ids=(file.pk,))
