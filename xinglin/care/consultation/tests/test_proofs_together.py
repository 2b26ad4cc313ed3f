"""Two tabs of one doctor, and a patient who withdraws, at the same moment: one of them is first."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from xinglin.care.consultation import queries, rules, services
from xinglin.care.consultation.models import Proof, ProofJudgement
from xinglin.care.consultation.tests import factories as make
from xinglin.care.consultation.tests import proofs
from xinglin.kernel.errors import Conflict

ROUNDS = 5


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Code of each refusal, empty where the act went through."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        try:
            start.wait(60)
            act()
        except Conflict as refused:
            return refused.code
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.mark.django_db(transaction=True)
def test_of_two_judgements_at_once_one_is_kept():
    cast = make.cast()
    visit, paper = proofs.to_judge(cast.patient, cast.doctor)
    for after in range(ROUNDS):
        told = at_once(
            lambda after=after: proofs.judge(cast.doctor, visit, paper, after=after),
            lambda after=after: proofs.judge(
                cast.doctor, visit, paper, proofs.refused(), after=after
            ),
        )
        assert sorted(told) == ["", "judged_meanwhile"]
        holds = ProofJudgement.objects.get(number=after + 1)
        assert make.row(visit).kind == ("follow_up" if holds.outcome == "accepted" else "advice")
        assert bool(queries.follow_up_basis(visit).proofs) == (holds.outcome == "accepted")


@pytest.mark.django_db(transaction=True)
def test_judged_and_withdrawn_at_once_it_is_one_of_both():
    cast = make.cast()
    visit, _ = proofs.to_judge(cast.patient, cast.doctor)
    for _ in range(rules.MOST_PROOFS_SHOWN - 1):
        paper = proofs.proof(cast.patient)
        services.show_proof(cast.patient.viewer, visit, paper, at=make.now())
        told = at_once(
            lambda paper=paper: proofs.judge(cast.doctor, visit, paper, proofs.refused()),
            lambda paper=paper: services.withdraw_proof(cast.patient.viewer, paper, at=make.now()),
        )
        is_judged = ProofJudgement.objects.filter(proof_id=paper).exists()
        is_withdrawn = Proof.objects.get(pk=paper).withdrawn_at is not None
        assert is_judged != is_withdrawn
        assert sorted(told) == ["", "proof_judged" if is_judged else "proof_withdrawn"]
