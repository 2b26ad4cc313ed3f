"""Gives memory back when many lines have gone.

The collector's thresholds are high (see `House.open`), and the allocator keeps what was freed: an
idle process would stay as large as it was in its busiest hour.
"""

import ctypes
import gc
from collections.abc import Callable

# So many are worth it; and as many as are still there, so that each of them pays for it seldom.
MANY = 200
# Looks without anybody leaving: longer than a line that was ended is kept for its farewell.
QUIET_LOOKS = 4


def _trim() -> Callable[[int], object]:
    """glibc's; elsewhere there is nothing to do."""
    try:
        found: Callable[[int], object] = ctypes.CDLL(None).malloc_trim
    except (OSError, AttributeError):
        return lambda _kept: None
    return found


class Tidy:
    """`left`: lines that have gone since it was last done."""

    def __init__(self) -> None:
        self.left = 0
        self._before = 0
        self._quiet = 0
        self._trim = _trim()

    def up(self, here: int) -> None:
        """Once the coming and going is over; `here`: lines that are open."""
        self._quiet = self._quiet + 1 if self.left == self._before else 0
        self._before = self.left
        if self._quiet >= QUIET_LOOKS and self.left >= max(MANY, here):
            self.left = self._before = 0
            gc.collect()
            self._trim(0)
