"""What is told must make sense: words for what does not."""

from math import inf, isfinite

from xinglin.care.dispatch.engine.shapes import CHANNELS, Doctor, Request
from xinglin.kernel.text import Text

_FITS = frozenset({1, 2})
_GRADES = frozenset({1, 2, 3})
_URGENCIES = frozenset({1, 2, 3, 4})
_MODES = frozenset({"full_time", "part_time", "expert"})
_MOST_UNITS = 1_000
LONGEST_HEAD_START_S = 600.0


def wrong_with_request(request: Request) -> Text | None:
    """None: nothing."""
    r = request
    if r.urgency not in _URGENCIES:
        return Text("紧急程度应为 1 至 4。", "An urgency is 1 to 4.")
    if r.need not in _GRADES:
        return Text("所需级别应为 1 至 3。", "A need is 1 to 3.")
    if r.channel not in CHANNELS:
        return Text("没有这种问诊方式。", "There is no such channel.")
    if not r.department:
        return Text("没有科室。", "There is no department.")
    if not isfinite(r.arrived) or not 0 <= r.head_start_s <= LONGEST_HEAD_START_S:
        return Text("到达时间不对。", "The time of arrival makes no sense.")
    return None


def wrong_with_doctor(doctor: Doctor, now: float) -> Text | None:
    """None: nothing."""
    d = doctor
    if not d.departments or not all(d.departments):
        return Text("医生没有科室。", "The doctor has no department.")
    if not _FITS.issuperset(d.departments.values()):
        return Text(
            "科室只能是本科室（1）或兼看（2）。",
            "A department is the doctor's own (1) or also served (2).",
        )
    if d.grade not in _GRADES or d.mode not in _MODES:
        return Text("没有这个级别或出诊方式。", "There is no such grade or mode.")
    if d.mode == "expert" and d.grade == 1:
        return Text("标为专家，级别却是最低。", "Said to be an expert, yet of the lowest grade.")
    return _wrong_with_room(d) or _wrong_with_times(d, now)


def _wrong_with_room(d: Doctor) -> Text | None:
    if not 1 <= d.units <= _MOST_UNITS:
        return Text("名额应至少为 1。", "A doctor has at least one unit.")
    if not d.costs or not all(c in CHANNELS and n >= 1 for c, n in d.costs.items()):
        return Text("问诊方式的名额不对。", "The units of a channel make no sense.")
    if min(d.costs.values()) > d.units:
        return Text("名额不够接任何一种问诊。", "The units are too few for any channel.")
    if d.used < 0 or d.realtime < 0 or d.realtime > d.used:
        return Text("在诊数与名额矛盾。", "What is open contradicts the units in use.")
    return None


def _wrong_with_times(d: Doctor, now: float) -> Text | None:
    if not isfinite(d.idle_since) or not (d.away_until is None or d.away_until < inf):
        return Text("时间不对。", "A time makes no sense.")
    if d.shift_end is not None and not d.shift_end > now:
        return Text("班次已经结束。", "The shift is over already.")
    return None
