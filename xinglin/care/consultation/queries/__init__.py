"""What can be asked of visits."""

from xinglin.care.consultation.queries.diagnoses import Diagnosis, find_diagnoses
from xinglin.care.consultation.queries.dispatching import (
    board_counts,
    cards,
    first_replies,
    open_visits_of,
    parties,
    waiting_requests,
)
from xinglin.care.consultation.queries.keeping import may_delete
from xinglin.care.consultation.queries.pictures import picture_of
from xinglin.care.consultation.queries.record import draft, holding_version, summary, versions
from xinglin.care.consultation.queries.search import find_messages
from xinglin.care.consultation.queries.thread import messages_before, messages_of
from xinglin.care.consultation.queries.visits import get, left_behind, page

__all__ = [
    "Diagnosis",
    "board_counts",
    "cards",
    "draft",
    "find_diagnoses",
    "find_messages",
    "first_replies",
    "get",
    "holding_version",
    "left_behind",
    "may_delete",
    "messages_before",
    "messages_of",
    "open_visits_of",
    "page",
    "parties",
    "picture_of",
    "summary",
    "versions",
    "waiting_requests",
]
