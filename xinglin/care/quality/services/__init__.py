"""What those do who watch over the house."""

from xinglin.care.quality.services.asking import ask_package
from xinglin.care.quality.services.making import drop_expired, make_next_package
from xinglin.care.quality.services.naming import open_name

__all__ = ["ask_package", "drop_expired", "make_next_package", "open_name"]
