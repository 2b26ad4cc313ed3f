"""The house's own words for notices and codes."""

from django.db import IntegrityError

from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.changes.services import note
from xinglin.foundation.notices import queries
from xinglin.foundation.notices.models import Wording
from xinglin.foundation.notices.rules.wording import what_is_wrong
from xinglin.foundation.outbox.services import in_one_transaction
from xinglin.kernel.errors import Conflict, FieldError, Invalid, NotFound
from xinglin.kernel.text import Text

THING = "notice_text"


@in_one_transaction()
def reword(viewer: Viewer, name: str, *, zh: str, en: str, revision: int) -> None:
    """Said so from now on; every process says so within seconds.

    Args:
        revision: of what the viewer has seen; 0 for the shipped text.
    Raises:
        NotFound: no such kind or code.
        Invalid: `zh`, `en`; places to fill in are missing or unknown, or it is too long.
        Conflict: somebody else has changed it meanwhile.
    """
    shipped = _shipped(name)
    told = {"zh": _clean(zh), "en": _clean(en)}
    wrong = {
        field: what_is_wrong(told[field], shipped=shipped.spoken(field)) for field in ("zh", "en")
    }
    if errors := [FieldError(field, text) for field, text in wrong.items() if text]:
        raise Invalid(*errors)
    before = _locked(name, revision)
    if before is None:
        _write_first(name, told)
    else:
        Wording.objects.filter(name=name).update(**told, revision=revision + 1)
    _note(viewer, "notices.reword", name, before or shipped.as_dict(), told)


@in_one_transaction()
def reset_wording(viewer: Viewer, name: str, *, revision: int) -> None:
    """Back to the shipped words. Raises NotFound, Conflict."""
    shipped = _shipped(name)
    before = _locked(name, revision)
    if before is None:
        return
    Wording.objects.filter(name=name).delete()
    _note(viewer, "notices.reset_wording", name, before, shipped.as_dict())


def _shipped(name: str) -> Text:
    found = queries.shipped_texts().get(name)
    if found is None:
        raise NotFound
    return found


def _clean(words: str) -> str:
    return " ".join(words.replace("\x00", "").split())


def _locked(name: str, revision: int) -> dict[str, str] | None:
    row = Wording.objects.select_for_update().filter(name=name).first()
    if (row.revision if row else 0) != revision:
        raise Conflict
    return {"zh": row.zh, "en": row.en} if row else None


def _write_first(name: str, told: dict[str, str]) -> None:
    """There was no row to lock: of two at once the other one finds it there."""
    try:
        Wording.objects.create(name=name, **told)
    except IntegrityError as error:
        raise Conflict from error


def _note(
    viewer: Viewer, action: str, name: str, before: dict[str, str], after: dict[str, str]
) -> None:
    note(viewer, action, thing=THING, thing_id=name, before=before, after=after)
    queries.forget_wordings()
