"""The doctor proves in person to be the doctor by a look into the camera (R16), having agreed to it.

A third way beside passkey and code, never the only one. The picture goes to the vendor and nowhere
else: it is neither kept nor logged; what stays is the answer, the vendor's number of it, and when.
"""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from xinglin.care.people import queries
from xinglin.care.people.models import Practitioner
from xinglin.care.people.services.attempts import count_attempt
from xinglin.care.people.services.check_identity import own_practitioner, prove
from xinglin.care.people.services.consent import give_consent, withdraw_consent
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit.services import record
from xinglin.foundation.faces import services as faces
from xinglin.foundation.faces.types import Comparison, Shown
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel import ids
from xinglin.kernel.errors import Conflict, FieldError, Invalid, NotFound, TooLarge, TooMany
from xinglin.kernel.text import Text

CONSENT: Final = "face"
MOST_BYTES: Final = 512 * 1024
"""Of a picture; a frame of 640 x 480 has a tenth."""
# Counted apart from codes and passkeys: who has used these up still has those. Ours.
_TRIES, _WITHIN = 3, timedelta(minutes=10)
_JPEG: Final = (b"\xff\xd8\xff", b"\xff\xd9")

Outcome = Literal["yes", "no", "unsure", "unanswered"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceWay:
    """How the way by face stands for a doctor. `version`, `text`: what is to be agreed to."""

    available: bool
    agreed: bool = False
    version: str = ""
    text: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceCheck:
    """`checked_at`, `valid_until`: only when the outcome is yes; `text`: what to do now."""

    outcome: Outcome
    text: Text
    checked_at: datetime | None = None
    valid_until: datetime | None = None


def face_way(viewer: Viewer) -> FaceWay:
    """Whether the hospital offers it, and whether this doctor has agreed.

    Raises:
        NotFound: the viewer is no practitioner.
    """
    _doctor(viewer)
    if not faces.is_chosen():
        return FaceWay(available=False)
    text = queries.required_text(CONSENT)
    return FaceWay(
        available=True,
        agreed=queries.consent_status(viewer.user_id, CONSENT).binds,
        version=text.version,
        text=Text(text.text_zh, text.text_en),
    )


@outbox.in_one_transaction()
def agree_to_face(viewer: Viewer, *, version: str, at: datetime) -> FaceWay:
    """Once, before the first picture (PIPL 29: separate consent).

    Raises:
        NotFound: the viewer is no practitioner.
        Conflict: `face_not_available`, or `consent_version_changed`.
    """
    _doctor(viewer)
    _offered()
    give_consent(viewer, kind=CONSENT, version=version, at=at)
    return face_way(viewer)


@outbox.in_one_transaction()
def take_back_face(viewer: Viewer, *, at: datetime) -> FaceWay:
    """No further picture is taken; checks that were made stay good for their hours.

    Raises:
        NotFound: the viewer is no practitioner.
        Conflict: `no_consent_to_withdraw`.
    """
    _doctor(viewer)
    withdraw_consent(viewer, kind=CONSENT, at=at)
    return face_way(viewer)


def check_identity_by_face(viewer: Viewer, picture: str, at: datetime) -> FaceCheck:
    """`picture`: what the camera sees now, a JPEG as base64. No row is locked while the vendor looks.

    Raises:
        NotFound: the viewer is no practitioner.
        Conflict: `face_not_available`, `face_consent_required`.
        TooLarge, Invalid: it is no JPEG of at most `MOST_BYTES`.
        TooMany: three tries in ten minutes.
    """
    doctor = _doctor(viewer)
    _offered()
    if not queries.consent_status(viewer.user_id, CONSENT).binds:
        raise Conflict("face_consent_required", _CONSENT_FIRST)
    shown = Shown(id=ids.new(), person=doctor.pk, picture=_jpeg(picture))
    _count(viewer, at)
    return _answered(viewer, faces.compare(shown), at)


@outbox.in_one_transaction()
def _answered(viewer: Viewer, told: Comparison | None, at: datetime) -> FaceCheck:
    """Each answer has its line, also a no: somebody else may have sat there.

    Locks: the practitioner's row, when the answer is yes.
    """
    how = {"by": "face", **_how(told)}
    if told is None or told.match != "yes":
        outcome: Outcome = told.match if told else "unanswered"
        record(
            viewer,
            "people.try_identity_check",
            subject=None,
            thing="practitioner",
            thing_id=_doctor(viewer).pk,
            purpose="duty",
            detail={**how, "outcome": outcome},
        )
        return FaceCheck(outcome=outcome, text=_TEXTS[outcome])
    check = prove(viewer, own_practitioner(viewer), at, how=how)
    return FaceCheck(
        outcome="yes",
        text=_TEXTS["yes"],
        checked_at=check.checked_at,
        valid_until=check.valid_until,
    )


def _how(told: Comparison | None) -> dict[str, str | int]:
    return {"score": told.score, "reference": told.reference} if told else {}


def _doctor(viewer: Viewer) -> Practitioner:
    found = Practitioner.objects.filter(user_id=viewer.user_id).only("pk").first()
    if found is None:
        raise NotFound
    return found


def _offered() -> None:
    if not faces.is_chosen():
        raise Conflict("face_not_available", _NOT_OFFERED)


def _jpeg(picture: str) -> bytes:
    if len(picture) > MOST_BYTES * 4 // 3 + 4:
        raise TooLarge("picture_too_large", _TOO_LARGE)
    try:
        content = base64.b64decode(picture, validate=True)
    except (binascii.Error, ValueError):
        content = b""
    if len(content) > MOST_BYTES:
        raise TooLarge("picture_too_large", _TOO_LARGE)
    if not (content.startswith(_JPEG[0]) and content.endswith(_JPEG[1])):
        raise Invalid(FieldError("picture", _NO_PICTURE), code="no_picture", text=_NO_PICTURE)
    return content


def _count(viewer: Viewer, at: datetime) -> None:
    try:
        count_attempt(viewer.user_id, "check_face", limit=_TRIES, within=_WITHIN, at=at)
    except TooMany as error:
        raise TooMany(error.retry_after_s, "too_many_faces", _TOO_MANY) from error


_OTHER_WAYS = Text("请用通行密钥或验证码核验。", "Please use your passkey or a code instead.")
_NOT_OFFERED = Text(
    f"本院未开通人脸核验。{_OTHER_WAYS.zh}",
    f"This hospital has no check by face. {_OTHER_WAYS.en}",
)
_CONSENT_FIRST = Text(
    f"使用人脸核验前，请先阅读并单独同意。不同意也可以出诊：{_OTHER_WAYS.zh}",
    "Before a check by face, please read and agree to it. You need not; a passkey or a code will do.",
)
_TOO_LARGE = Text(
    "照片过大，请在页面上用摄像头重新拍摄。",
    "The picture is too large; please take it with the camera on the page.",
)
_NO_PICTURE = Text(
    "没有收到可用的照片，请重新拍摄。", "No usable picture arrived; please take it again."
)
_TOO_MANY = Text(
    f"人脸核验次数过多，请十分钟后再试。现在{_OTHER_WAYS.zh}",
    "Too many checks by face; try again in ten minutes, or use your passkey or a code now.",
)
_TEXTS: Final[dict[Outcome, Text]] = {
    "yes": Text("已核验是您本人。", "You are you: the check has passed."),
    "no": Text(
        f"照片与存档照片不符，没有通过。{_OTHER_WAYS.zh}",
        f"The picture does not match the one on file. {_OTHER_WAYS.en}",
    ),
    "unsure": Text(
        "照片看不清，无法判断。请正对摄像头、光线明亮时再拍一次，或改用通行密钥或验证码。",
        "The picture is not clear enough to tell. Face the camera in good light and try once more,"
        " or use your passkey or a code.",
    ),
    "unanswered": Text(
        f"人脸核验服务暂时没有应答，不是您的问题。{_OTHER_WAYS.zh}",
        f"The service that compares faces does not answer; this is not your fault. {_OTHER_WAYS.en}",
    ),
}
