"""Role -> permissions: the one matrix. Alphabetical; a test walks every operation against it."""

PATIENT = frozenset(
    {
        "audit.read_own_access",
        "consultation.add_own_proof",
        "consultation.answer_own_referral",
        "consultation.choose_own",
        "consultation.consent_in_call",
        "consultation.hold_call",
        "consultation.invite_guest",
        "consultation.open",
        "consultation.play_recording",
        "consultation.rate_own",
        "consultation.read_history",
        "consultation.read_letter",
        "consultation.read_own_proofs",
        "consultation.read_summary",
        "consultation.read_visit",
        "consultation.search_diagnosis",
        "consultation.show_own_proof",
        "consultation.sit_in_call",
        "consultation.withdraw_own_proof",
        "consultation.write_message",
        "dispatch.read_place",
        "media.read_own",
        "media.upload",
        "notices.read_own",
        "notices.set_own",
        "people.apply_as_doctor",
        "people.ask_relative",
        "people.close_account",
        "people.export_own",
        "people.give_consent",
        "people.propose_merge",
        "people.read_own_patients",
        "people.register_patient",
        "people.withdraw_consent",
        "prescribing.answer_consent",
        "prescribing.read_document",
        "prescribing.read_own",
        "prescribing.read_prescription",
        "triage.answer_intake",
        "triage.open_intake",
        "triage.read_own_intake",
    }
)
DOCTOR = frozenset(
    {
        "consultation.answer_question",
        "consultation.ask_colleague",
        "consultation.close",
        "consultation.hand_over",
        "consultation.hold_call",
        "consultation.invite_guest",
        "consultation.invite_specialist",
        "consultation.join_call",
        "consultation.judge_proof",
        "consultation.note_referral_answer",
        "consultation.play_recording",
        "consultation.read_assigned",
        "consultation.read_earlier",
        "consultation.read_letter",
        "consultation.read_own_due",
        "consultation.read_visit",
        "consultation.record_call",
        "consultation.search_diagnosis",
        "consultation.sign_record",
        "consultation.sit_in_call",
        "consultation.stop",
        "consultation.use_phrases",
        "consultation.write_message",
        "consultation.write_phrases",
        "consultation.write_record",
        "dispatch.answer_offer",
        "dispatch.be_on_duty",
        "dispatch.read_own_figures",
        "dispatch.read_queue",
        "dispatch.transfer_visit",
        "media.read_own",
        "media.upload",
        "notices.read_own",
        "notices.set_own",
        "people.apply_as_doctor",
        "people.check_own_identity",
        "people.lead_team",
        "people.read_own_licences",
        "prescribing.read_document",
        "prescribing.read_own_findings",
        "prescribing.read_prescription",
        "prescribing.search_medicine",
        "prescribing.sign_prescription",
        "prescribing.use_favourites",
        "prescribing.write_prescription",
    }
)
# Helps one doctor in open visits: reads and writes there, and does nothing else. No step, no record.
ASSISTANT = frozenset({"consultation.assist", "notices.read_own", "notices.set_own"})
OPERATOR = frozenset(
    {
        "dispatch.acknowledge_crisis",
        "dispatch.close_visit",
        "dispatch.export_board",
        "dispatch.extend_visit",
        "dispatch.hand_over_visit",
        "dispatch.put_off_duty",
        "dispatch.read_abnormal",
        "dispatch.read_board",
        "dispatch.read_visit_steps",
        "dispatch.reassign_visit",
        "dispatch.remind",
        "dispatch.replay_day",
        "dispatch.spare_experts",
        "people.answer_merge",
        "people.check_credentials",
        "people.read_credentials",
        "people.read_merges",
        "prescribing.read_catalogue",
        "quality.ask_package",
        "quality.read_package",
        "sites.read_board",
        "triage.read_crisis",
    }
)
ADMINISTRATOR = frozenset(
    {
        "consultation.write_department_phrases",
        "consultation.write_phrases",
        "dispatch.acknowledge_crisis",
        "dispatch.export_board",
        "dispatch.hand_over_visit",
        "dispatch.read_abnormal",
        "dispatch.read_board",
        "dispatch.read_visit_steps",
        "dispatch.replay_day",
        "media.upload",
        "notices.edit_texts",
        "people.answer_merge",
        "people.approve_credentials",
        "people.check_credentials",
        "people.edit_master_data",
        "people.export_sheet",
        "people.import_sheet",
        "people.publish_consent",
        "people.read_credentials",
        "people.read_merges",
        "people.set_up_hospital",
        "people.suspend_doctor",
        "prescribing.edit_catalogue",
        "prescribing.note_pharmacist",
        "prescribing.read_catalogue",
        "sites.manage",
        "sites.read_board",
        "staffing.manage_accounts",
        "staffing.read_accounts",
        "triage.read_crisis",
        "triage.read_overrides",
        "triage.read_red_flags",
        "triage.read_rules",
    }
)
AUDITOR = frozenset(
    {
        "audit.open_name",
        "audit.read_chains",
        "audit.read_lines",
        "audit.verify_chains",
        "consultation.play_recording",
        "quality.ask_package",
        "quality.read_package",
    }
)
# Reviews what doctors have signed, and takes the tickets of patients; writes no prescription.
PHARMACIST = frozenset(
    {
        "notices.read_own",
        "notices.set_own",
        "prescribing.judge_sample",
        "prescribing.read_document",
        "prescribing.review_prescription",
        "prescribing.take_ticket",
    }
)
# Draws samples of prescriptions, and answers for how they are judged; reviews nothing before it is
# effective, unless the account is a pharmacist's as well.
PHARMACY_HEAD = frozenset(
    {
        "notices.read_own",
        "notices.set_own",
        "prescribing.draw_sample",
        "prescribing.judge_sample",
    }
)
# Listens to calls while they go on, for a reason that is kept; reads no conversation and no record.
QUALITY = frozenset(
    {
        "consultation.observe_call",
        "consultation.play_recording",
        "consultation.sit_in_call",
        "notices.read_own",
        "notices.set_own",
    }
)
# At an enrolled device of the own site, and there for the walk-ins of today.
SITE_ASSISTANT = frozenset(
    {
        "media.read_own",
        "media.upload",
        "notices.read_own",
        "notices.set_own",
        "prescribing.print_at_site",
        "sites.help",
        # Kept on the site's device for when there is no line.
        "triage.read_red_flags",
    }
)
# Of whoever holds a site's screen, for one walk-in: no role of an account. Which operations these
# permissions open there, and to what each is held, is `screens.py`.
SITE_PATIENT = frozenset(
    {
        "consultation.choose_own",
        "consultation.consent_in_call",
        "consultation.hold_call",
        "consultation.open",
        "consultation.rate_own",
        "consultation.read_letter",
        "consultation.read_summary",
        "consultation.read_visit",
        "consultation.sit_in_call",
        "consultation.write_message",
        "dispatch.read_place",
        "media.read_own",
        "media.upload",
        "people.give_consent",
        "people.withdraw_consent",
        "prescribing.answer_consent",
        "prescribing.print_at_site",
        "prescribing.read_document",
        "prescribing.read_own",
        "prescribing.read_prescription",
        "sites.hold_screen",
        "triage.answer_intake",
        "triage.open_intake",
        "triage.read_own_intake",
    }
)

ROLES: dict[str, frozenset[str]] = {
    "administrator": ADMINISTRATOR,
    "assistant": ASSISTANT,
    "auditor": AUDITOR,
    "doctor": DOCTOR,
    "operator": OPERATOR,
    "patient": PATIENT,
    "pharmacist": PHARMACIST,
    "pharmacy_head": PHARMACY_HEAD,
    "quality": QUALITY,
    "site_assistant": SITE_ASSISTANT,
}
"""Staff roles, for which a second factor is demanded before any permission counts."""
STAFF: frozenset[str] = frozenset(
    {
        "administrator",
        "assistant",
        "auditor",
        "doctor",
        "operator",
        "pharmacist",
        "pharmacy_head",
        "quality",
        "site_assistant",
    }
)
