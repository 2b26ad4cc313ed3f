"""Sending a patient to be seen in person (R06): the letter, and whether the patient went."""

from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from xinglin.care.consultation import events, rules
from xinglin.care.consultation.models import Consultation, Referral, ReferralAnswer
from xinglin.care.consultation.permissions import check_doctor, check_holder
from xinglin.care.consultation.services.locking import locked
from xinglin.care.consultation.services.steps import tell_parties
from xinglin.care.consultation.types import NewReferral
from xinglin.care.people import queries as people
from xinglin.care.triage import queries as triage
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import services as audit
from xinglin.foundation.notices import services as notices
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel.errors import Conflict, FieldError, Invalid
from xinglin.kernel.text import Text

_AT_ONCE = 200
_ADVICE = Text(
    "请写明给患者的建议（{least}至{most}字）。",
    "Please write the advice to the patient ({least} to {most} characters).",
).filled(least=rules.SHORTEST_ADVICE, most=rules.LONGEST_FIELD)
_HOSPITAL = Text("请写明去哪家医院。", "Please write to which hospital the patient should go.")
_DEPARTMENT = Text("请写明去哪个科室。", "Please write to which department the patient should go.")
_LINK = Text(
    "预约链接须以 https:// 开头，且指向一个网站。",
    "The booking link has to begin with https:// and name a website.",
)
_CLINICAL = Text(
    "给接诊医生的说明最多{most}字。",
    "What you tell the doctor there can have {most} characters at most.",
).filled(most=rules.LONGEST_CLINICAL)
_NOT_ASKED = Text(
    "还没有到询问的时间；如有不适加重，请立即就医或拨打{number}。",
    "It is too early to answer. If you get worse, go to a hospital at once or call {number}.",
)
_NOT_STOPPED = Text("这次问诊没有转诊。", "There is no referral in this visit.")


def check_referral(told: NewReferral) -> None:
    """Raises Invalid, naming every field that is missing or unknown."""
    fields = (
        (
            "reason",
            told.reason in rules.STOP_REASONS,
            Text("请选择原因。", "Please choose a reason."),
        ),
        ("advice", rules.SHORTEST_ADVICE <= len(told.advice) <= rules.LONGEST_FIELD, _ADVICE),
        ("hospital", 1 <= len(told.hospital) <= rules.LONGEST_PLACE, _HOSPITAL),
        ("department", 1 <= len(told.department) <= rules.LONGEST_PLACE, _DEPARTMENT),
        (
            "urgency",
            told.urgency in rules.STOP_URGENCIES,
            Text("请选择紧急程度。", "Please choose how urgent it is."),
        ),
        ("booking_url", not told.booking_url or _is_link(told.booking_url), _LINK),
        ("clinical", len(told.clinical) <= rules.LONGEST_CLINICAL, _CLINICAL),
    )
    wrong = [FieldError(name, text) for name, is_right, text in fields if not is_right]
    if wrong:
        raise Invalid(*wrong)


def _is_link(told: str) -> bool:
    """Of a website, without a name and password of anybody in it."""
    if len(told) > rules.LONGEST_LINK or any(c.isspace() or not c.isprintable() for c in told):
        return False
    try:
        parts = urlsplit(told)
        host = parts.hostname or ""
    except ValueError:
        return False
    return parts.scheme == "https" and "." in host.strip(".") and "@" not in parts.netloc


def write_letter(row: Consultation, told: NewReferral, at: datetime) -> None:
    """The visit is stopped, and has a doctor."""
    assert row.practitioner_id is not None
    Referral.objects.create(
        consultation=row,
        practitioner_id=row.practitioner_id,
        reason=told.reason,
        urgency=told.urgency,
        hospital=told.hospital,
        department=told.department,
        booking_url=told.booking_url,
        advice=told.advice,
        clinical=told.clinical,
        issued_at=at,
        ask_at=at + rules.ASK_AFTER[told.urgency],
    )


def ask_who_was_referred(*, at: datetime) -> int:
    """Everybody whose time has come is asked, once, whether they went."""
    waiting = Referral.objects.filter(asked_at=None, ask_at__lte=at).order_by("ask_at")
    return sum(_ask(pk, at) for pk in waiting.values_list("pk", flat=True)[:_AT_ONCE])


@outbox.in_one_transaction()
def _ask(consultation_id: UUID, at: datetime) -> bool:
    row = locked(consultation_id)
    if not Referral.objects.filter(pk=row.pk, asked_at=None).update(asked_at=at):
        return False
    notices.tell(
        row.holder_id,
        "went_or_not",
        link=f"/visits/{row.pk}",
        dedup=f"went:{row.pk}",
        at=at,
    )
    tell_parties(row, events.ReferralAsked)
    return True


@outbox.in_one_transaction()
def answer_referral(
    viewer: Viewer, consultation_id: UUID, *, went: str, words: str, at: datetime
) -> None:
    """The patient says whether they went; may be said again, until they have gone.

    Raises:
        NotFound: the viewer did not ask for the visit.
        Conflict: no referral, not asked yet, or gone already.
        Invalid: not of the list, or too long.
    Locks: thread and visit. Emits: ReferralAnswered.
    """
    row = locked(consultation_id)
    check_holder(viewer, row)
    found = _referral_of(row)
    if found.asked_at is None:
        place = people.institution(row.institution_id).place
        number = triage.emergency_number(place, at)
        raise Conflict("not_asked_yet", _NOT_ASKED.filled(number=number))
    last = found.answers.order_by("-id").first()
    if last is not None and last.went == "went":
        raise Conflict(
            "answered_already",
            Text("您已经告诉医生就诊过了。", "You have told the doctor already that you went."),
        )
    words = words.strip()
    _check_answer(went, words)
    ReferralAnswer.objects.create(
        referral=found, went=went, words=words, answered_by=viewer.user_id, at=at
    )
    _audit(viewer, row, "consultation.answer_referral", "own", went=went)
    tell_parties(row, events.ReferralAnswered)


def _check_answer(went: str, words: str) -> None:
    if went not in rules.WENT:
        raise Invalid(FieldError("went", Text("请选择一项。", "Please choose one.")))
    if len(words) > rules.LONGEST_WENT:
        raise Invalid(
            FieldError(
                "words",
                Text("最多{most}字。", "At most {most} characters.").filled(
                    most=rules.LONGEST_WENT
                ),
            )
        )


@outbox.in_one_transaction()
def note_answer(viewer: Viewer, consultation_id: UUID, *, seen: datetime) -> None:
    """The doctor has read whether the patient went; it is due no more.

    Args:
        seen: when the answer was given that the doctor has read.
    Raises:
        NotFound: the viewer is not the doctor of the visit.
        Conflict: no referral, no answer yet, or `answered_again`: one that was not read.
    Locks: thread and visit.
    """
    row = locked(consultation_id)
    check_doctor(viewer, row)
    found = _referral_of(row)
    last = found.answers.order_by("-id").first()
    if last is None:
        raise Conflict(
            "no_answer_yet", Text("患者还没有回答。", "The patient has not answered yet.")
        )
    if last.at > seen:
        raise Conflict(
            "answered_again",
            Text(
                "患者又有新的回答，请先查看。",
                "The patient has answered again; please read it first.",
            ),
        )
    Referral.objects.filter(pk=row.pk).update(seen_at=last.at)
    _audit(viewer, row, "consultation.note_referral_answer", "care")


def _referral_of(row: Consultation) -> Referral:
    found = Referral.objects.filter(pk=row.pk).first()
    if found is None:
        raise Conflict("no_referral", _NOT_STOPPED)
    return found


def _audit(viewer: Viewer, row: Consultation, action: str, purpose: str, **detail: object) -> None:
    audit.record(
        viewer,
        action,
        subject=row.patient_id,
        thing="consultation",
        thing_id=row.pk,
        purpose=purpose,
        detail=detail,
    )
