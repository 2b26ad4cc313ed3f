"""What may follow what in a prescription and in a sample of them, who may do it, and when the clock does.

No step but `approve`, which is the reviewing pharmacist's, leads to `effective` (R23).
"""

from datetime import timedelta

from xinglin.kernel.lifecycle import Deadline, Lifecycle, step

# Ours, all of them: no source gives a number. For a review this is what the table is drawn with: what
# binds is policy's of the place (`services.lawful.review_within`).
REVIEW_WITHIN = timedelta(minutes=30)
CLAIM_HELD_FOR = timedelta(minutes=10)
DRAFT_KEPT = timedelta(hours=24)
RETURNED_KEPT = timedelta(hours=24)

PRESCRIPTION = Lifecycle(
    name="prescription",
    initial="draft",
    steps=(
        step(
            "sign",
            "draft returned",
            "signed_by_doctor",
            "doctor",
            "医生签名，交药师审核",
            "Signed by the doctor, for review",
        ),
        step("discard", "draft returned", "discarded", "doctor", "弃用草稿", "Draft thrown away"),
        step(
            "abandon",
            "draft returned",
            "discarded",
            "clock",
            "逾期未签名",
            "Not signed in time",
        ),
        step(
            "claim",
            "signed_by_doctor escalated",
            "claimed",
            "pharmacist",
            "药师领取",
            "Claimed by a pharmacist",
        ),
        step(
            "release",
            "claimed",
            "signed_by_doctor",
            "pharmacist",
            "药师放回",
            "Given back by the pharmacist",
        ),
        step(
            "lapse",
            "claimed",
            "signed_by_doctor",
            "clock",
            "领取超时，放回待审",
            "The claim ran out; back in the pool",
        ),
        step(
            "escalate",
            "signed_by_doctor",
            "escalated",
            "clock",
            "超时未审，已催办",
            "Not reviewed in time; escalated",
        ),
        step(
            "pass_on",
            "claimed",
            "signed_by_doctor",
            "pharmacist",
            "第一位药师审核通过并签名，待第二位药师复核",
            "Passed and signed by the first of two pharmacists; the second reviews it",
        ),
        step(
            "approve",
            "claimed",
            "effective",
            "pharmacist",
            "药师审核通过并签名，处方生效",
            "Passed and signed by the pharmacist; effective",
        ),
        step(
            "return",
            "claimed",
            "returned",
            "pharmacist",
            "药师退回，请医生修改",
            "Returned to the doctor by the pharmacist",
        ),
        step(
            "refuse",
            "claimed",
            "refused",
            "pharmacist",
            "药师审核不通过",
            "Refused by the pharmacist",
        ),
        step(
            "void",
            "signed_by_doctor escalated claimed effective",
            "voided",
            "doctor",
            "医生作废",
            "Voided by the doctor",
        ),
        step(
            "run_out",
            "signed_by_doctor escalated claimed",
            "voided",
            "clock",
            "未经审核已失效",
            "Void before it was reviewed",
        ),
        step(
            "take",
            "effective",
            "dispensed",
            "pharmacy",
            "药房取走处方凭证",
            "Ticket taken by a pharmacy",
        ),
        step("expire", "effective", "expired", "clock", "处方过期", "Expired"),
    ),
    deadlines=(
        Deadline("draft", DRAFT_KEPT, "abandon"),
        Deadline("returned", RETURNED_KEPT, "abandon"),
        Deadline("signed_by_doctor", REVIEW_WITHIN, "escalate"),
        Deadline("claimed", CLAIM_HELD_FOR, "lapse"),
    ),
)

SAMPLE = Lifecycle(
    name="prescription sample",
    initial="drawn",
    steps=(
        step(
            "announce",
            "drawn",
            "announced",
            "pharmacy_head",
            "公布点评结果，医生可以申诉",
            "The findings are told to the doctors, who may object",
        ),
        step(
            "close",
            "announced",
            "closed",
            "pharmacy_head",
            "结束点评，不再更改",
            "The review is over; nothing of it changes any more",
        ),
    ),
)

EDITABLE: frozenset[str] = frozenset({"draft", "returned"})
IN_REVIEW: frozenset[str] = frozenset({"signed_by_doctor", "escalated", "claimed"})
POOL: frozenset[str] = frozenset({"signed_by_doctor", "escalated"})
APPROVED: frozenset[str] = frozenset({"effective", "dispensed", "expired"})
"""States that only a prescription with both signatures is ever in."""
