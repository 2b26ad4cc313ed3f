"""The life of a doctor's application: handed in, checked by one person, approved by another."""

from datetime import timedelta

from xinglin.kernel.lifecycle import Deadline, Lifecycle, step

# Ours, all of them: no source gives a number.
DRAFT_KEPT = timedelta(days=30)
RETURNED_KEPT = timedelta(days=30)
CHECK_WITHIN = timedelta(days=3)
"""So long the house means to take for each of its two answers; later it is marked as overdue."""

APPLICATION = Lifecycle(
    name="application",
    initial="draft",
    steps=(
        step("submit", "draft returned", "submitted", "applicant", "提交", "Hand in"),
        step("change", "submitted checked", "submitted", "applicant", "修改材料", "Change papers"),
        step("check", "submitted", "checked", "checker", "核对无误", "Checked"),
        step("return", "submitted checked", "returned", "checker approver", "退回", "Send back"),
        step("approve", "checked", "approved", "approver", "批准", "Approve"),
        step("refuse", "submitted checked", "refused", "checker approver", "不予通过", "Refuse"),
        step(
            "withdraw",
            "draft submitted returned checked",
            "withdrawn",
            "applicant",
            "撤回",
            "Withdraw",
        ),
        step("lapse", "draft returned", "lapsed", "clock", "逾期未提交", "Not handed in in time"),
    ),
    deadlines=(
        Deadline("draft", DRAFT_KEPT, "lapse"),
        Deadline("returned", RETURNED_KEPT, "lapse"),
    ),
)

EDITABLE: frozenset[str] = frozenset({"draft", "submitted", "returned", "checked"})
"""States in which the applicant may still change it; after `checked` it is checked anew."""
