"""New versions of the consent texts: written, changed or taken back until they are in force."""

from datetime import date, datetime, time

from xinglin.care.people import consent_rules as rules
from xinglin.care.people import rules as people_rules
from xinglin.care.people.models import ConsentText
from xinglin.care.people.queries import institution
from xinglin.care.people.queries.setup import own_institution
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.changes.services import note
from xinglin.foundation.outbox.services import in_one_transaction
from xinglin.kernel.errors import Conflict, FieldError, Invalid, NotFound, RuleRefused
from xinglin.kernel.text import Text
from xinglin.policy import places
from xinglin.policy.rules import local_date

_LENGTH = Text(
    f"每种语言{rules.SHORTEST}至{rules.LONGEST}个字。",
    f"Each language has {rules.SHORTEST} to {rules.LONGEST} characters.",
)
_SECONDS = Text(
    f"阅读时间为{rules.LEAST_SECONDS}至{rules.MOST_SECONDS}秒。",
    f"The reading time is {rules.LEAST_SECONDS} to {rules.MOST_SECONDS} seconds.",
)
_TOMORROW = Text(
    "生效日最早为明天：已经在阅读的人不会读到一半被换掉。",
    "The first day is tomorrow at the earliest: nobody's text is changed while it is read.",
)


@in_one_transaction()
def publish_consent(
    viewer: Viewer,
    *,
    kind: str,
    text: tuple[str, str],
    min_seconds: int,
    in_force_on: date,
    at: datetime,
) -> str:
    """Whoever has agreed to the version before is asked again from that day; answers the version.

    Raises:
        NotFound: no such kind.
        Invalid: length, time, or a day that is not to come.
        RuleRefused: something that must be said is missing (R13, R49, R52).
        Conflict: `text_coming`, another version of this kind is on its way.
    Locks: the versions of this kind.
    """
    written = _checked(viewer, kind, text, min_seconds)
    _check_none_coming(kind, at)
    since = _since(viewer, in_force_on, at)
    row = ConsentText.objects.create(
        kind=kind,
        version=_free_version(kind, in_force_on),
        text_zh=written.zh,
        text_en=written.en,
        min_seconds=min_seconds,
        in_force_from=since,
    )
    _note(viewer, "people.publish_consent", row)
    return row.version


@in_one_transaction()
def change_coming_consent(
    viewer: Viewer,
    kind: str,
    version: str,
    *,
    text: tuple[str, str],
    min_seconds: int,
    in_force_on: date,
    at: datetime,
) -> None:
    """Raises as `publish_consent`; Conflict: `text_in_force`, it is never altered."""
    row = _coming(kind, version, at)
    written = _checked(viewer, kind, text, min_seconds)
    before = _told(row)
    row.text_zh, row.text_en, row.min_seconds = written.zh, written.en, min_seconds
    row.in_force_from = _since(viewer, in_force_on, at)
    row.save()
    _note(viewer, "people.change_coming_consent", row, before=before)


@in_one_transaction()
def take_back_consent(viewer: Viewer, kind: str, version: str, *, at: datetime) -> None:
    """Raises NotFound; Conflict: `text_in_force`."""
    row = _coming(kind, version, at)
    note(
        viewer,
        "people.take_back_consent",
        thing="consent_text",
        thing_id=f"{row.kind}/{row.version}",
        before=_told(row),
    )
    row.delete()


def _check_none_coming(kind: str, at: datetime) -> None:
    versions = ConsentText.objects.filter(kind=kind)
    # Two who publish at once: the second sees what the first has written.
    list(versions.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    if versions.filter(in_force_from__gt=at).exists():
        raise Conflict(
            "text_coming",
            Text(
                "这份文本已有一个待生效的版本，请修改或撤回它。",
                "A version of this text is on its way already; change it or take it back.",
            ),
        )


def _coming(kind: str, version: str, at: datetime) -> ConsentText:
    row = ConsentText.objects.select_for_update().filter(kind=kind, version=version).first()
    if row is None:
        raise NotFound
    if row.in_force_from <= at:
        raise Conflict(
            "text_in_force",
            Text(
                "已生效的文本不能改动，请发布新版本。",
                "A text in force is never altered; please publish a new version.",
            ),
        )
    return row


def _checked(viewer: Viewer, kind: str, text: tuple[str, str], min_seconds: int) -> Text:
    if kind not in rules.KINDS:
        raise NotFound
    zh, en = (words.replace("\x00", "").replace("\r\n", "\n").strip() for words in text)
    errors = [
        FieldError(field, _LENGTH)
        for field, words in (("text_zh", zh), ("text_en", en))
        if not rules.SHORTEST <= len(words) <= rules.LONGEST
    ]
    if not rules.LEAST_SECONDS <= min_seconds <= rules.MOST_SECONDS:
        errors.append(FieldError("min_seconds", _SECONDS))
    if errors:
        raise Invalid(*errors)
    written = Text(zh, en)
    place = institution(own_institution(viewer).pk).place
    if missing := rules.what_is_left_out(kind, written, nation=places.layers(place)[0].code):
        raise RuleRefused(missing)
    return written


def _since(viewer: Viewer, day: date, at: datetime) -> datetime:
    """The first moment of that day at the hospital; now, in one that is not open yet."""
    house = own_institution(viewer)
    zone = places.layers(house.jurisdiction)[0].zone
    if local_date(at, house.jurisdiction) < day < people_rules.END_OF_DAYS.date():
        return datetime.combine(day, time(), tzinfo=zone)
    if house.opened_at is None:
        return at
    raise Invalid(FieldError("in_force_on", _TOMORROW))


def _free_version(kind: str, day: date) -> str:
    """The day, with a letter behind it for the second of one day."""
    taken = set(ConsentText.objects.filter(kind=kind).values_list("version", flat=True))
    names = (f"{day.isoformat()}{letter}" for letter in ("", *"bcdefghijklmnopqrstuvwxyz"))
    free = next((name for name in names if name not in taken), None)
    if free is None:
        raise Conflict
    return free


def _told(row: ConsentText) -> dict[str, object]:
    return {
        "text_zh": row.text_zh,
        "text_en": row.text_en,
        "min_seconds": row.min_seconds,
        "in_force_from": row.in_force_from,
    }


def _note(
    viewer: Viewer, action: str, row: ConsentText, *, before: dict[str, object] | None = None
) -> None:
    note(
        viewer,
        action,
        thing="consent_text",
        thing_id=f"{row.kind}/{row.version}",
        before=before,
        after=_told(row),
    )
