"""Consultations, their records, guests and proofs."""

from xinglin.care.consultation.models.calls import (
    Call,
    CallConsent,
    CallInvitation,
    CallStep,
    Observation,
    Still,
)
from xinglin.care.consultation.models.guests import Guest, JoinLink
from xinglin.care.consultation.models.phrases import Phrase, PhraseUse
from xinglin.care.consultation.models.proofs import Proof, ProofFile, ProofJudgement, ShownProof
from xinglin.care.consultation.models.questions import Question, QuestionStep
from xinglin.care.consultation.models.records import DiagnosisCode, RecordDraft, RecordVersion
from xinglin.care.consultation.models.referrals import Referral, ReferralAnswer
from xinglin.care.consultation.models.repeated import RepeatedReply
from xinglin.care.consultation.models.transfers import Transfer
from xinglin.care.consultation.models.visits import Consultation, ConsultationStep, Rating

__all__ = [
    "Call",
    "CallConsent",
    "CallInvitation",
    "CallStep",
    "Consultation",
    "ConsultationStep",
    "DiagnosisCode",
    "Guest",
    "JoinLink",
    "Observation",
    "Phrase",
    "PhraseUse",
    "Proof",
    "ProofFile",
    "ProofJudgement",
    "Question",
    "QuestionStep",
    "Rating",
    "RecordDraft",
    "RecordVersion",
    "Referral",
    "ReferralAnswer",
    "RepeatedReply",
    "ShownProof",
    "Still",
    "Transfer",
]
