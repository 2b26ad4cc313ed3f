"""What can be asked of duty, offers and the queue."""

from xinglin.care.dispatch.queries.board import board
from xinglin.care.dispatch.queries.duty import departments_on_duty, duty
from xinglin.care.dispatch.queries.offers import offers
from xinglin.care.dispatch.queries.queue import place, queue

__all__ = ["board", "departments_on_duty", "duty", "offers", "place", "queue"]
