"""The dispatcher's loop and the sweeper of offers and duties."""

from xinglin.care.dispatch.tasks.dispatcher import run
from xinglin.care.dispatch.tasks.sweeper import sweep

__all__ = ["run", "sweep"]
