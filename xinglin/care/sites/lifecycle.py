"""The lifecycle of a walk-in: from the counter to the doctor and home."""

from xinglin.kernel.lifecycle import Lifecycle, step

WALK_IN = Lifecycle(
    name="walk_in",
    initial="registered",
    steps=(
        step("ask", "registered", "asked", "patient", "请求就诊", "Asks for the doctor"),
        step("see", "asked", "seen", "system", "医生接诊", "The doctor takes the visit"),
        step("give_back", "seen", "asked", "system", "退回候诊", "Goes back to the queue"),
        step("end", "asked seen", "ended", "system", "就诊结束", "The visit has ended"),
        step(
            "send_away",
            "registered",
            "emergency",
            "system",
            "急症，转往急诊",
            "Sent to an emergency department",
        ),
        step("leave", "registered asked", "left", "assistant patient", "离开", "Has left"),
        step(
            "lapse", "registered", "left", "clock", "当天没有请求就诊", "Asked for nobody that day"
        ),
    ),
)
ENDED = WALK_IN.finals
