"""Event -> reactions, worker loops and sweepers, as dotted names: who answers to what."""

REACTIONS: dict[str, tuple[str, ...]] = {
    "AccountClosed": (
        "xinglin.care.consultation.reactions.erase_what_no_law_keeps",
        "xinglin.care.sites.reactions.forget",
        "xinglin.foundation.notices.reactions.forget",
    ),
    "CallEnded": (
        "xinglin.care.consultation.reactions.end_recording",
        "xinglin.care.consultation.reactions.tell_missed_call",
    ),
    "CallRung": ("xinglin.care.consultation.reactions.tell_call",),
    "ConsentWithdrawn": ("xinglin.care.consultation.reactions.cancel_what_waits",),
    "ConsultationAccepted": (
        "xinglin.care.dispatch.reactions.keep_promise",
        "xinglin.care.dispatch.reactions.count_again",
        "xinglin.care.dispatch.reactions.settle_told_wait",
        "xinglin.care.consultation.reactions.tell_accepted",
    ),
    "ConsultationEnded": (
        "xinglin.care.dispatch.reactions.release_slot",
        "xinglin.care.dispatch.reactions.count_again",
        "xinglin.care.consultation.reactions.tell_ended",
        "xinglin.care.prescribing.reactions.discard_drafts",
    ),
    "ConsultationMessageLeft": (
        "xinglin.care.dispatch.reactions.forget_told_wait",
        "xinglin.care.dispatch.reactions.release_promises",
    ),
    "ConsultationNobodyFound": ("xinglin.care.consultation.reactions.tell_nobody",),
    "ConsultationRated": ("xinglin.care.dispatch.reactions.count_rating",),
    "ConsultationRequested": ("xinglin.care.dispatch.reactions.make_promises",),
    "ConsultationReturned": (
        "xinglin.care.dispatch.reactions.release_slot",
        "xinglin.care.dispatch.reactions.note_late_reply",
    ),
    "ConsultationTransferred": (
        "xinglin.care.dispatch.reactions.release_slot",
        "xinglin.care.dispatch.reactions.promise_specialist",
    ),
    "ConsultationWithdrawn": (
        "xinglin.care.dispatch.reactions.withdraw_offer",
        "xinglin.care.dispatch.reactions.note_without_doctor",
        "xinglin.care.consultation.reactions.tell_cancelled",
    ),
    "CrisisTold": ("xinglin.care.dispatch.reactions.page_for_crisis",),
    "DepartmentChanged": (
        "xinglin.care.dispatch.reactions.forget_told_wait",
        "xinglin.care.dispatch.reactions.withdraw_offer",
    ),
    "DoctorChanged": (
        "xinglin.care.dispatch.reactions.count_again",
        "xinglin.care.dispatch.reactions.hear_of_languages",
    ),
    "DoctorsChanged": (
        "xinglin.care.dispatch.reactions.count_all_again",
        "xinglin.care.dispatch.reactions.hear_of_languages",
    ),
    "DoctorsEmployed": ("xinglin.care.dispatch.reactions.take_up_doctors",),
    "DoctorEmployed": ("xinglin.care.dispatch.reactions.take_up_doctor",),
    "DoctorSuspended": ("xinglin.care.dispatch.reactions.leave_pool",),
    "OfferMade": ("xinglin.care.dispatch.reactions.tell_offer",),
    "DutyChanged": ("xinglin.care.dispatch.reactions.note_span",),
    "PatientConsentAsked": ("xinglin.care.prescribing.reactions.tell_consent_asked",),
    "PhraseSaved": ("xinglin.care.consultation.reactions.spell_phrase",),
    "PrescriptionApproved": (
        "xinglin.care.prescribing.reactions.ask_document",
        "xinglin.care.prescribing.reactions.tell_effective",
    ),
    "PrescriptionEscalated": ("xinglin.care.prescribing.reactions.tell_escalated",),
    "PrescriptionRefused": ("xinglin.care.prescribing.reactions.tell_refused",),
    "PrescriptionReturned": ("xinglin.care.prescribing.reactions.tell_returned",),
    "PrescriptionVoided": ("xinglin.care.prescribing.reactions.tell_voided",),
    "ProxyConsentWithdrawn": ("xinglin.care.consultation.reactions.cancel_what_waits",),
    "PicturesAdded": ("xinglin.care.consultation.reactions.add_pictures",),
    "ReadingTaken": (
        "xinglin.care.triage.reactions.look_again",
        "xinglin.care.consultation.reactions.tell_reading",
    ),
    "RecordAmended": ("xinglin.care.consultation.reactions.tell_amended",),
    "RecordSigned": (
        "xinglin.care.dispatch.reactions.settle_record",
        "xinglin.care.consultation.reactions.tell_signed",
    ),
    "SampleAnnounced": ("xinglin.care.prescribing.reactions.tell_findings",),
    "SiteHeard": ("xinglin.care.dispatch.reactions.settle_silence",),
    "SiteRetired": ("xinglin.care.dispatch.reactions.settle_silence",),
    "SiteSilent": ("xinglin.care.dispatch.reactions.note_silence",),
    "WalkInMoved": ("xinglin.care.consultation.reactions.cancel_left",),
    "WalkInWishesChanged": ("xinglin.care.consultation.reactions.tell_stays",),
}

# Besides the worker, which carries every event: whose decisions an event changes. Only the leader's
# clock looks at the rest.
WAKES: dict[str, tuple[str, ...]] = {
    "ConsultationRequested": ("dispatcher",),
    "ConsultationKeptWaiting": ("dispatcher",),
    "ConsultationMessageLeft": ("dispatcher",),
    "ConsultationOpenToAll": ("dispatcher",),
    "ConsultationPassedOn": ("dispatcher",),
    "ConsultationPutFirst": ("dispatcher",),
    "ConsultationReturned": ("dispatcher",),
    "ConsultationTransferred": ("dispatcher",),
    "ConsultationWithdrawn": ("dispatcher",),
    "DepartmentChanged": ("dispatcher",),
    "DutyChanged": ("dispatcher",),
    "OfferClosed": ("dispatcher",),
    "SparingChanged": ("dispatcher",),
}


def wakes(dispatch_shards: int) -> dict[str, tuple[str, ...]]:
    """`WAKES`, with the dispatcher as the leaders of its shards: none knows whose department it was."""
    if dispatch_shards == 1:
        return WAKES
    leaders = tuple(f"dispatcher-{n + 1}-of-{dispatch_shards}" for n in range(dispatch_shards))
    return {
        kind: tuple(p for p in processes if p != "dispatcher")
        + (leaders if "dispatcher" in processes else ())
        for kind, processes in WAKES.items()
    }


# (name, callable returning how many items it handled, seconds between idle calls, the word of a poke
# that wakes it). Events wake the relay alone: what goes by the clock costs less when it is not woken.
WORKER_LOOPS: tuple[tuple[str, str, float, str], ...] = (
    ("relay", "xinglin.foundation.outbox.services.relay", 0.5, "event"),
    ("seal", "xinglin.foundation.audit.services.seal", 1.0, ""),
    ("consultation deadlines", "xinglin.care.consultation.tasks.sweep", 1.0, ""),
    ("calls", "xinglin.care.consultation.tasks.sweep_calls", 1.0, ""),
    ("guests of calls", "xinglin.care.consultation.tasks.put_out_guests", 5.0, ""),
    ("unanswered questions", "xinglin.care.consultation.tasks.lapse_questions", 5.0, ""),
    ("search index", "xinglin.care.consultation.services.indexing.follow", 1.0, ""),
    ("repeated replies", "xinglin.care.consultation.services.repeating.follow", 2.0, ""),
    ("reply pruning", "xinglin.care.consultation.services.repeating.prune", 3600.0, ""),
    ("prescription deadlines", "xinglin.care.prescribing.tasks.sweep", 1.0, ""),
    (
        "prescription PDFs",
        "xinglin.care.prescribing.tasks.make_documents",
        5.0,
        "prescription_document",
    ),
    ("promises", "xinglin.care.dispatch.tasks.settle_promises", 1.0, ""),
    ("pace of doctors", "xinglin.care.dispatch.services.pacing.follow", 20.0, ""),
    ("offer deadlines", "xinglin.care.dispatch.tasks.sweep", 1.0, ""),
    ("changes seen", "xinglin.care.dispatch.services.change_log.forget_changes", 1.0, ""),
    ("overdue records", "xinglin.care.dispatch.tasks.find_overdue_records", 2.0, ""),
    ("silent sites", "xinglin.care.sites.tasks.watch", 5.0, ""),
    ("spans of devices", "xinglin.care.sites.tasks.forget_spans", 3600.0, ""),
    ("walk-ins of yesterday", "xinglin.care.sites.tasks.tidy", 600.0, ""),
    ("replayed days", "xinglin.care.dispatch.tasks.make_replays", 5.0, "replay"),
    ("doctor profiles", "xinglin.care.dispatch.services.profiles.follow", 1.0, ""),
    ("who does not look", "xinglin.care.consultation.tasks.tell_patients", 5.0, ""),
    ("who was referred", "xinglin.care.consultation.tasks.ask_who_was_referred", 60.0, ""),
    ("SMS", "xinglin.foundation.notices.tasks.send_sms", 1.0, "notice"),
    ("mail", "xinglin.foundation.notices.tasks.send_mail", 1.0, "notice"),
    ("pushes", "xinglin.foundation.notices.tasks.send_pushes", 1.0, "notice"),
    ("exports", "xinglin.care.people.tasks.make_exports", 5.0, "export"),
    ("audit anchors", "xinglin.foundation.audit.services.anchor", 3600.0, ""),
    ("audit checks", "xinglin.foundation.audit.tasks.make_checks", 5.0, "audit_check"),
    ("dispute packages", "xinglin.care.quality.tasks.make_packages", 5.0, "package"),
    ("expired packages", "xinglin.care.quality.tasks.drop_packages", 600.0, ""),
    ("licences and applications", "xinglin.care.people.tasks.tend_credentials", 600.0, ""),
    ("sheets", "xinglin.care.people.tasks.take_up_sheets", 5.0, "sheet"),
    ("expired exports", "xinglin.care.people.tasks.drop_exports", 600.0, ""),
    ("outbox pruning", "xinglin.foundation.outbox.services.prune", 3600.0, ""),
    ("given answers", "xinglin.edge.api.forgetting.prune", 3600.0, ""),
    ("notice pruning", "xinglin.foundation.notices.services.prune", 3600.0, ""),
    ("feed pruning", "xinglin.foundation.live.services.prune", 3600.0, ""),
    ("calls that fell silent", "xinglin.foundation.calls.tasks.tend", 2.0, ""),
    ("call pruning", "xinglin.foundation.calls.tasks.forget", 600.0, ""),
    ("transcripts", "xinglin.foundation.media.tasks.transcribe_pending", 2.0, "transcript"),
    ("file pruning", "xinglin.foundation.media.tasks.prune", 3600.0, ""),
    ("recordings lost", "xinglin.care.consultation.tasks.tell_losses", 1.0, ""),
    ("recordings", "xinglin.foundation.recordings.tasks.make_due", 5.0, "recording"),
    ("recordings checked", "xinglin.foundation.recordings.tasks.check_due", 600.0, ""),
    ("recordings kept long enough", "xinglin.foundation.recordings.tasks.drop_due", 3600.0, ""),
    (
        "months of messages",
        "xinglin.care.consultation.messages.months.tend",
        6 * 3600.0,
        "",
    ),
)

# Who adds to a copy of one's own data: `(holder_id) -> copies.types.Part`, in the order of the page.
EXPORT_PARTS: tuple[str, ...] = (
    "xinglin.care.people.queries.exports.export_part",
    "xinglin.care.consultation.queries.exports.export_part",
    "xinglin.care.sites.queries.exports.export_part",
    "xinglin.care.triage.queries.exports.export_part",
    "xinglin.care.prescribing.queries.exports.export_part",
)

# Who may have something against closing an account or moving a patient: `(holder_id, patient_id or
# None) -> Text | None`.
CLOSING_OBJECTIONS: tuple[str, ...] = (
    "xinglin.care.consultation.queries.closing.closing_objection",
    "xinglin.care.prescribing.queries.closing.closing_objection",
)

# Kinds of spreadsheets of master data: `foundation.sheets.services.plans.Kind`.
SHEET_KINDS: dict[str, str] = {
    "departments": "xinglin.care.people.services.sheets.departments.Departments",
    "doctors": "xinglin.care.people.services.sheets.doctors.Doctors",
    "medicines": "xinglin.care.prescribing.services.medicine_sheet.Medicines",
}

# Whether anybody has been seen yet; asked while a hospital is being set up.
FIRST_VISIT = "xinglin.care.consultation.queries.closing.any_ended"
