"""What services and pages ask of a call: who is what in it, and what may be kept of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.conf import settings

from xinglin.care.consultation import channels, rules
from xinglin.care.consultation.models import Call, Consultation
from xinglin.care.consultation.permissions import has_signed, reader_can
from xinglin.care.people import queries as people
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.calls import queries as rooms
from xinglin.foundation.database import services as database
from xinglin.kernel import clock
from xinglin.policy import rules as law

# A page that lost its line brings what it has kept of a call, for so long after its end.
UPLOAD_AFTER_END: Final = timedelta(hours=24)
_ROLE = """
    select v.holder_id = %(viewer)s, c.doctor_user_id = %(viewer)s,
        exists (select from consultation_call_invitation i where i.call_id = c.id
            and i.user_id = %(viewer)s and i.answer in ('', 'joined')),
        (select o.openly from consultation_call_observation o
            where o.call_id = c.id and o.observer_id = %(viewer)s),
        c.ended_at <= %(told_until)s, c.consultation_id, v.doctor_user_id = %(viewer)s
    from consultation_call c join consultation_consultation v on v.id = c.consultation_id
    where c.id = %(call)s
"""
# A page tells how the call ended to whoever was in it; after that only who reads the visit asks.
TOLD_AFTER_END: Final = timedelta(minutes=10)
# Asked out by the doctor: whoever comes by that link, on whichever device.
_REMOVED = """
    select 1 from consultation_call_step s
    join consultation_guest out on s.detail ->> 'person' = out.id::text
    join consultation_guest g on g.link_id = out.link_id
    where s.call_id = %s and s.step = 'remove' and g.id = %s limit 1
"""
# The newest answer of the patient to each.
_ANSWERS = """
    select distinct on (call_id, kind) call_id, kind, id, answer, at from consultation_call_consent
    where call_id = any(%s) and side = 'patient' order by call_id, kind, id desc
"""
_EVER_AGREED = """
    select 1 from consultation_call_consent p where p.call_id = %(call)s and p.kind = 'recording'
        and p.side = 'patient' and p.answer and exists (
            select from consultation_call_consent d where d.call_id = p.call_id
                and d.kind = 'recording' and d.side = 'doctor' and d.answer)
    limit 1
"""
_RECORDER = "select doctor_user_id, ended_at from consultation_call where id = %s"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallPlace:
    """What somebody is in a call: patient, doctor, specialist, guest or observer.

    `is_hidden`: an observer of whom those in the call are not told. `may_be_recorded`: the sides are
    asked as such and staff are told; a guest says so when coming in.
    """

    role: str
    is_hidden: bool = False
    may_be_recorded: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CallConsents:
    """What may be kept of a call now.

    `recording`: off, asked, on or refused; `patient`: unasked, yes or no to it; `since`: of the
    present state. `still`: unasked, asked, yes or no; `still_consent`: the row that says yes.
    """

    recording: str
    patient: str
    since: datetime | None
    still: str
    still_consent: int | None


def call_role(viewer: Viewer, call_id: UUID) -> CallPlace | None:
    """What the viewer is in this call; None: nobody (any more), or it does not exist."""
    told_until = clock.now() - TOLD_AFTER_END
    asked = {"viewer": viewer.user_id, "call": call_id, "told_until": told_until}
    row = database.fetch_one(_ROLE, asked)
    if row is None:
        return None
    is_holder, is_doctor, is_asked, openly, is_past, consultation_id, has_visit = row
    if is_holder:
        return CallPlace(role="patient")
    if is_past and not (has_visit or has_signed(viewer.user_id, consultation_id)):
        return None
    if is_doctor:
        return CallPlace(role="doctor")
    if is_asked:
        return CallPlace(role="specialist")
    return None if openly is None else CallPlace(role="observer", is_hidden=not openly)


def was_removed(call_id: UUID, guest_id: UUID) -> bool:
    return database.fetch_one(_REMOVED, [call_id, guest_id]) is not None


def proven(call: Call, *, at: datetime) -> str:
    """What the call has been until now: text until somebody was heard, video once the patient was seen."""
    if call.answered_at is None or rooms.clock(call.pk, at=at).ms < rules.PROVEN_AFTER_MS:
        return "text"
    if "video" not in channels.known()[call.channel].carries:
        return call.channel
    if rooms.shown_ms(call.pk, "patient") >= rules.PROVEN_AFTER_MS:
        return call.channel
    return channels.without_picture()


def consents_of(call: Call) -> CallConsents:
    return consents([call])[call.pk]


def consents(calls: Collection[Call]) -> dict[UUID, CallConsents]:
    """One statement. A "no" answers the asking before it; a "yes" holds until it is taken back."""
    answers = {
        (call_id, kind): (consent_id, answer, at)
        for call_id, kind, consent_id, answer, at in database.fetch(
            _ANSWERS, [[call.pk for call in calls]]
        )
    }
    return {
        call.pk: _consents(
            call, answers.get((call.pk, "recording")), answers.get((call.pk, "still"))
        )
        for call in calls
    }


_Answer = tuple[int, bool, datetime]


def _consents(call: Call, recording: _Answer | None, still: _Answer | None) -> CallConsents:
    wanted = call.recording_wanted_since
    said = _said(recording, wanted)
    state = "off"
    if wanted is not None:
        state = {"unasked": "asked", "yes": "on", "no": "refused"}[said]
    since = wanted
    if recording is not None and said != "unasked":
        since = max(recording[2], wanted or recording[2])
    of_still = _said(still, call.still_asked_at)
    if of_still == "unasked" and call.still_asked_at is not None:
        of_still = "asked"
    return CallConsents(
        recording=state,
        patient=said,
        since=since if state != "off" else None,
        still=of_still,
        still_consent=still[0] if still is not None and still[1] else None,
    )


def _said(answer: _Answer | None, asked_at: datetime | None) -> str:
    if answer is None:
        return "unasked"
    _, agreed, at = answer
    if agreed:
        return "yes"
    return "unasked" if asked_at is not None and at < asked_at else "no"


def is_recording_allowed(institution_id: UUID, at: datetime) -> bool:
    """Policy: with the consent of both, or not at all."""
    return bool(_knob("recording_rule", institution_id, at) == "both_consent")


def is_observed_openly(institution_id: UUID, at: datetime) -> bool:
    """Policy: whether those in a call are told that quality control listens."""
    return bool(_knob("call_observed_openly", institution_id, at))


def _knob(name: str, institution_id: UUID, at: datetime) -> object:
    place = people.institution(institution_id).place
    return law.knob(name, place=place, on=law.local_date(at, place))


def is_consent_withdrawn(visit: Consultation) -> bool:
    """To care over the internet: by the account, or by the relative whom it asked for."""
    if people.consent_status(visit.holder_id).withdrawn:
        return True
    if visit.asked_by != "proxy":
        return False
    said = people.proxy_statuses(visit.holder_id, [visit.patient_id], clock.now())
    return visit.patient_id in said and said[visit.patient_id].state == "withdrawn"


def may_upload(viewer: Viewer, call_id: UUID, seat_id: UUID) -> bool:
    """The doctor of the call, from an own seat, what both have once agreed to; a day after its end too."""
    row = database.fetch_one(_RECORDER, [call_id])
    if row is None or row[0] != viewer.user_id:
        return False
    ended_at = row[1]
    if ended_at is not None and ended_at + UPLOAD_AFTER_END < clock.now():
        return False
    if rooms.person_of(call_id, seat_id) != viewer.user_id:
        return False
    return database.fetch_one(_EVER_AGREED, {"call": call_id}) is not None


def may_play(viewer: Viewer, call_id: UUID) -> bool:
    """Whoever may read the visit: its holder, its doctor, and who signed its record."""
    call = Call.objects.select_related("consultation").filter(pk=call_id).first()
    return call is not None and reader_can(viewer, call.consultation)


def caption_terms() -> dict[str, Any] | None:
    """What a speaker agrees to; None: this house has no captions."""
    if not has_captions():
        return None
    return {"version": rules.CAPTIONS_VERSION, "text": rules.CAPTIONS_CONSENT}


def has_captions() -> bool:
    """The house wants them, and has somebody who writes down what is said."""
    wants: bool = settings.CAPTIONS
    return wants and settings.TRANSCRIPT_GATEWAY != "null"
