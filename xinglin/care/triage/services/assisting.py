"""A model of others may point something out; the same rules decide, and it can only make us careful."""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Protocol
from uuid import UUID

import structlog
from django.conf import settings

from xinglin.care.people import queries as people
from xinglin.care.people.services import require_consent
from xinglin.care.triage import gateways
from xinglin.care.triage.permissions import walk_in_of
from xinglin.care.triage.rules import proposals
from xinglin.care.triage.rules.interviews import discriminators
from xinglin.care.triage.rules.proposals import NOTHING, Proposed
from xinglin.care.triage.rules.urgency import URGENCIES
from xinglin.care.triage.services.looking import Seen
from xinglin.care.triage.types import NoProposalError, ToldToAssistant
from xinglin.foundation.accounts.queries import user_card
from xinglin.foundation.accounts.services import phones_in
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.vendors.services import gateways_in
from xinglin.kernel.masking import masked
from xinglin.kernel.text import Text, language_of

# As many questions a process puts at one time; whoever comes then is served by the rules alone.
_AT_ONCE = 4
_places = threading.BoundedSemaphore(_AT_ONCE)
_LONGEST_SENT = 2000
_MARK = Text(
    "软件提示（不是患者原话）：{zh}", "Pointed out by software (not the patient's words): {en}"
)
_log = structlog.get_logger("triage.assistant")


class Gateway(Protocol):
    """What a module in `gateways` offers; see there."""

    def propose(self, told: ToldToAssistant) -> str: ...


known_gateways: Callable[[], dict[str, Gateway]] = gateways_in(gateways.__name__, gateways.__path__)


def ask_assistant(viewer: Viewer, patient_id: UUID, complaint: str) -> Proposed:
    """Asked outside of any transaction: it may take seconds. Nothing, whatever goes wrong.

    Raises:
        NotFound: the patient is not the viewer's.
        Conflict: `consent_required`.
    """
    name, words = settings.TRIAGE_ASSISTANT, complaint.strip()
    if name == "null" or not 0 < len(words) <= _LONGEST_SENT:
        return NOTHING
    walk_in_of(viewer, patient_id)
    require_consent(viewer.user_id)
    told = _told(viewer, patient_id, words)
    if not _places.acquire(blocking=False):
        return NOTHING
    try:
        said = known_gateways()[name].propose(told)
    except NoProposalError as error:
        _log.warning("no proposal", gateway=name, reason=error.reason)
        return NOTHING
    except Exception as error:  # noqa: BLE001  # whatever a vendor's client raises, the patient is served
        _log.warning("no proposal", gateway=name, reason=type(error).__name__)
        return NOTHING
    finally:
        _places.release()
    return proposals.read(said, text=told.text, known_questions=discriminators())


def raised(seen: Seen, told: Proposed, look_again: Callable[[str], Seen]) -> Seen:
    """As graver as the rules find it with what was pointed out, and never less grave.

    Args:
        look_again: the same look with more words behind the patient's own.
    """
    if not told:
        return seen
    asks = tuple(dict.fromkeys((*seen.asks, *told.questions)))
    if not told.findings:
        return replace(seen, asks=asks)
    other = look_again("\n".join(finding.means for finding in told.findings))
    if URGENCIES.index(other.level) >= URGENCIES.index(seen.level):
        return replace(seen, asks=asks, crisis=seen.crisis or other.crisis)
    return replace(
        seen,
        asks=asks,
        level=other.level,
        flags=tuple(_marked(flag) for flag in other.flags),
        reasons=(*(_by_software(reason) for reason in other.reasons), *seen.reasons),
        crisis=seen.crisis or other.crisis,
    )


def _marked(entry: dict[str, Any]) -> dict[str, Any]:
    text = _MARK.filled(zh=entry["text"]["zh"], en=entry["text"]["en"])
    return {**entry, "text": text.as_dict()}


def _by_software(reason: dict[str, Any]) -> dict[str, Any]:
    return {**_marked(reason), "rule": f"assistant.{reason['rule']}"}


def _told(viewer: Viewer, patient_id: UUID, words: str) -> ToldToAssistant:
    """Without whose it is: no id, no name, no birthday, no number."""
    patient = people.patient_of(viewer, patient_id)
    family = people.patient_cards(people.patient_ids(viewer.user_id))
    names = [*(card.name for card in family.values()), user_card(viewer.user_id).display_name]
    language = language_of(words)
    return ToldToAssistant(
        text=masked(words, names=names, born=patient.birth_date, phones=phones_in),
        age_years=patient.age_years,
        sex=patient.sex,
        questions={name: q.text.spoken(language) for name, q in discriminators().items()},
    )
