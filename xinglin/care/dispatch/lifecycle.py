"""The life of an offer: one visit, one doctor, thirty seconds to answer."""

from datetime import timedelta

from xinglin.kernel.lifecycle import Deadline, Lifecycle, step

ANSWER_WITHIN = timedelta(seconds=30)

# An offer in one of these holds a slot of the doctor.
LIVE: frozenset[str] = frozenset({"offered", "accepted"})

OFFER = Lifecycle(
    name="offer",
    initial="offered",
    steps=(
        step("accept", "offered", "accepted", "doctor", "接诊", "Accept"),
        step("refuse", "offered", "refused", "doctor", "不接", "Decline"),
        step("lapse", "offered", "lapsed", "clock", "超时未应答", "Not answered in time"),
        step(
            "withdraw",
            "offered",
            "withdrawn",
            "patient dispatcher clock operator",
            "撤回",
            "Withdrawn",
        ),
        step("release", "accepted", "released", "system", "释放名额", "Slot released"),
    ),
    deadlines=(Deadline("offered", ANSWER_WITHIN, "lapse"),),
)
