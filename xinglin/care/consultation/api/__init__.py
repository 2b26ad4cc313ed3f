"""Visits over HTTP. A message is posted at the live process, which alone writes threads."""

from ninja import Router

from xinglin.care.consultation.api import (
    assisting,
    at_site,
    attachments,
    call_captions,
    call_consents,
    call_people,
    calls,
    colleagues,
    due,
    earlier,
    guests,
    history,
    phrases,
    proofs,
    questions,
    record,
    recordings,
    referrals,
    search,
    visits,
)

router = Router(tags=["consultation"])
router.add_router("", visits.router)
router.add_router("", record.router)
router.add_router("", referrals.router)
router.add_router("", attachments.router)
router.add_router("", phrases.router)
router.add_router("", proofs.router)
router.add_router("", search.router)
router.add_router("", guests.router)
router.add_router("", history.router)
router.add_router("", earlier.router)
router.add_router("", due.router)
router.add_router("", colleagues.router)
router.add_router("", assisting.router)
router.add_router("", at_site.router)
router.add_router("", questions.router)
router.add_router("", call_people.router)
router.add_router("", calls.router)
router.add_router("", call_consents.router)
router.add_router("", recordings.router)
router.add_router("", call_captions.router)
