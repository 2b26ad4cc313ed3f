"""Role -> permissions: the one matrix. Alphabetical; a test walks every operation against it."""

PATIENT = frozenset(
    {
        "audit.read_own_access",
        "consultation.choose_own",
        "consultation.open",
        "consultation.rate_own",
        "consultation.read_summary",
        "consultation.read_visit",
        "consultation.write_message",
        "dispatch.read_place",
        "media.read_own",
        "media.upload",
        "people.give_consent",
        "people.read_own_patients",
        "people.register_patient",
        "people.withdraw_consent",
        "triage.answer_intake",
        "triage.open_intake",
        "triage.read_own_intake",
    }
)
DOCTOR = frozenset(
    {
        "consultation.close",
        "consultation.hand_over",
        "consultation.read_assigned",
        "consultation.read_visit",
        "consultation.search_diagnosis",
        "consultation.sign_record",
        "consultation.stop",
        "consultation.write_message",
        "consultation.write_record",
        "dispatch.answer_offer",
        "dispatch.be_on_duty",
        "dispatch.read_queue",
        "media.read_own",
        "media.upload",
        "people.check_own_identity",
    }
)
OPERATOR = frozenset({"dispatch.read_board"})
ADMINISTRATOR = frozenset({"dispatch.read_board", "triage.read_red_flags"})
AUDITOR = frozenset({"audit.read_lines"})

ROLES: dict[str, frozenset[str]] = {
    "administrator": ADMINISTRATOR,
    "auditor": AUDITOR,
    "doctor": DOCTOR,
    "operator": OPERATOR,
    "patient": PATIENT,
}
"""Staff roles, for which a second factor is demanded before any permission counts."""
STAFF: frozenset[str] = frozenset({"administrator", "auditor", "doctor", "operator"})
