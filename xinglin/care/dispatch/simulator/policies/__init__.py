"""Policies by name: the engine, and those it is compared with."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from xinglin.care.dispatch.engine.core import Engine
from xinglin.care.dispatch.engine.interface import Policy
from xinglin.care.dispatch.simulator.policies.fifo import Fifo
from xinglin.care.dispatch.simulator.policies.tuned import Tuned
from xinglin.kernel.text import Text

ABOUT: Final[Mapping[str, Text]] = {
    "fifo": Text("先来先服务，空闲最久的医生", "Oldest first, longest idle: what peers do"),
    "tuned": Text("调优的过滤规则与超时", "Filters with time-outs, well tuned"),
    "xinglin": Text("杏林派单引擎", "The engine of this house"),
    "spare": Text(
        "同上，轻症复诊不回专家", "The same; minor return visits do not go back to experts"
    ),
}
_MAKERS: Final[Mapping[str, Callable[[], Policy]]] = {
    "fifo": Fifo,
    "tuned": Tuned,
    "xinglin": Engine,
    "spare": partial(Engine, spare=True),
}


class UnknownPolicy(ValueError):
    """Says which there are."""


def maker(name: str) -> Callable[[], Policy]:
    """Raises: UnknownPolicy."""
    if name not in _MAKERS:
        raise UnknownPolicy(f"no policy '{name}'; there are: {', '.join(_MAKERS)}")
    return _MAKERS[name]


def names() -> list[str]:
    return list(_MAKERS)
