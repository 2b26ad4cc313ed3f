"""Defaults of this house on reviewing and dispensing prescriptions; `cites` as beside them."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from xinglin.kernel.text import Text
from xinglin.policy.facts import Dispense, Review, Signature, StaffEligibility
from xinglin.policy.house import ours
from xinglin.policy.house_prescriptions import clock_is_right, safety_checked
from xinglin.policy.terms import REFUSE, Citation, Context, Finding, Rule


def on_the_reviewer(rules: Iterable[Rule[StaffEligibility]]) -> tuple[Rule[Review], ...]:
    """What is asked of everybody who works here, asked of the reviewer, if there is one."""
    return tuple(_on_the_reviewer(rule) for rule in rules)


def _on_the_reviewer(rule: Rule[StaffEligibility]) -> Rule[Review]:
    def speaks(facts: Review) -> bool:
        return facts.reviewer is not None and rule.when(facts.reviewer)

    def found(facts: Review, here: Context) -> Finding | None:
        assert facts.reviewer is not None  # `speaks` has seen to it
        return rule.check(replace(facts.reviewer, now=facts.now, open_visits=0), here)

    return Rule(cites=rule.cites, text=rule.text, instead=rule.instead, when=speaks, check=found)


def passes(facts: Review) -> bool:
    """A claim alone lets nothing through: what is wrong can then be sent back."""
    return facts.act != "claim"


def second_reviewer(cites: Citation | None = None) -> tuple[Rule[Review], ...]:
    """A prescription takes effect by a second professional who is not its writer, and never by time."""
    found = cites or ours(17)
    return (
        Rule(
            cites=found,
            text=Text(
                "审方时限已过：处方已转交上级处理，没有生效。",
                "The time for the review has passed: it goes to a senior reviewer and has no effect.",
            ),
            instead=Text(
                "请由上级药师接手审方；超时从不视为通过。",
                "A senior pharmacist takes the review; time running out never counts as approval.",
            ),
            check=lambda facts, here: (
                Finding(kind=here.knobs["review_timeout_action"]) if is_overdue(facts) else None
            ),
        ),
        Rule(
            cites=found,
            text=Text(
                "处方须经药师审核通过后才能生效。",
                "A prescription takes effect only after a pharmacist has approved it.",
            ),
            instead=Text(
                "请由药师接收并审核该处方。", "Please let a pharmacist take and review it."
            ),
            check=_no_reviewer,
        ),
        Rule(
            cites=found,
            text=Text(
                "开方的人不能审核自己的处方。",
                "Who wrote a prescription does not review it, under no account.",
            ),
            instead=Text("请由另一位药师审核。", "Please let another pharmacist review it."),
            check=lambda facts, _here: REFUSE if facts.same_account or facts.same_person else None,
        ),
        Rule(
            cites=found,
            text=Text("处方还没有医师签名。", "The doctor has not signed the prescription."),
            instead=Text("请医师先签名。", "Please let the doctor sign it first."),
            check=lambda facts, _here: REFUSE if facts.doctor_signature is None else None,
        ),
        Rule(
            cites=found,
            text=Text("处方还没有药师签名。", "The pharmacist has not signed the prescription."),
            instead=Text(
                "请药师审核通过后签名。", "Please let the pharmacist approve and sign it."
            ),
            when=lambda facts: facts.act == "take_effect",
            check=_no_second_signature,
        ),
    )


def two_pharmacists() -> tuple[Rule[Review], ...]:
    """Where the place or the hospital wants it: a second one, who is neither the doctor nor the first.

    No law in hand demands it; which classes is a house option (`second_review_classes`).
    """
    return (
        Rule(
            cites=ours(26),
            text=Text(
                "本院规定：这张处方须由两位药师先后审核并签名后才能生效。",
                "By this hospital's own rule two pharmacists, one after the other, pass and sign this"
                " prescription before it takes effect.",
            ),
            instead=Text(
                "请由另一位药师复核并签名。",
                "Please let another pharmacist review and sign it too.",
            ),
            when=passes,
            check=lambda facts, here: Finding(kind="queue") if wants_another(facts, here) else None,
        ),
        Rule(
            cites=ours(26),
            text=Text(
                "两次审核须由两位不同的药师完成，您已做过第一次审核。",
                "The two reviews are of two persons; you have made the first one.",
            ),
            instead=Text(
                "请由另一位药师复核并签名。",
                "Please let another pharmacist review and sign it too.",
            ),
            check=lambda facts, _here: (
                REFUSE if facts.first_signature is not None and facts.same_as_first else None
            ),
        ),
    )


def persons_known() -> Rule[Review]:
    """Two accounts of one person are seen as one only where both persons are known by an identity."""
    return Rule(
        cites=ours(27),
        text=Text(
            "开方医师或审方药师没有登记证件号码，是否为同一人只能按账号判断。",
            "Of the doctor or of a pharmacist no identity number is known, so only the accounts tell"
            " whether they are two persons.",
        ),
        instead=Text(
            "请管理员登记双方的证件号码。",
            "Please have the administrator note the identity numbers of both.",
        ),
        when=lambda facts: facts.reviewer is not None,
        check=_person_not_known,
    )


def _person_not_known(facts: Review, here: Context) -> Finding | None:
    of_first = facts.first_signature is not None and facts.same_as_first is None
    if facts.same_account or not (facts.same_person is None or of_first):
        return None
    is_refused = here.knobs["unknown_identity"] == "refuse"
    return REFUSE if is_refused else Finding(kind="allow", noted=True)


def wants_another(facts: Review, here: Context) -> bool:
    """Two are asked for, and nobody has signed as the first of them."""
    named = here.knobs["second_review_classes"] | facts.house_wants_two_for
    return facts.first_signature is None and (facts.two_asked or bool(facts.classes & named))


def is_overdue(facts: Review) -> bool:
    return facts.now >= facts.deadline


def _is_left_lying(facts: Review) -> bool:
    """Nobody came in time: the clock asks, and the answer is the time-out's alone."""
    return facts.reviewer is None and is_overdue(facts)


def _no_reviewer(facts: Review, here: Context) -> Finding | None:
    if facts.reviewer is None:
        return None if is_overdue(facts) else REFUSE
    return None if facts.reviewer.role == here.knobs["second_reviewer_role"] else REFUSE


def _no_second_signature(facts: Review, _here: Context) -> Finding | None:
    return REFUSE if facts.reviewer_signature is None and not _is_left_lying(facts) else None


def signatures_hold(cites: Citation | None = None) -> Rule[Review]:
    return Rule(
        cites=cites or ours(15),
        text=Text(
            "签名不可靠：不是本人控制的证书所签，或签名后内容有改动。",
            "A signature cannot be relied on: it was not made with a certificate in the signer's sole"
            " control, or the content has changed since.",
        ),
        instead=Text(
            "请核对内容，由医师和药师重新签名。",
            "Please compare the content; doctor and pharmacist sign anew.",
        ),
        when=passes,
        check=_unreliable,
    )


def _unreliable(facts: Review, here: Context) -> Finding | None:
    made = (facts.doctor_signature, facts.first_signature, facts.reviewer_signature)
    return None if all(_holds(one, here) for one in made if one is not None) else REFUSE


def _holds(one: Signature, here: Context) -> bool:
    return one.intact and one.by_person and one.kind in here.knobs["signature_kind"]


def needs_prescription(facts: Dispense) -> bool:
    """Anything but what is known to be sold without one; an order of nothing is none of those."""
    return not facts.items or any("rx" in item or "otc" not in item for item in facts.items)


def rests_on_prescription(facts: Dispense) -> bool:
    return needs_prescription(facts) and facts.effective


def prescription_stands(cites: Citation | None = None) -> tuple[Rule[Dispense], ...]:
    """Effective, this patient's, and not voided."""
    found = cites or ours(18)
    return (
        Rule(
            cites=found,
            text=Text(
                "没有已生效的处方，不能购买或领取处方药。",
                "Without a prescription in effect no prescription medicine is ordered or given.",
            ),
            instead=Text(
                "请先就诊；处方经医师和药师签名生效后再购药。",
                "Please see a doctor first; order once doctor and pharmacist have signed.",
            ),
            when=needs_prescription,
            check=lambda facts, _here: None if facts.effective else REFUSE,
        ),
        Rule(
            cites=found,
            text=Text("这张处方不是该患者的。", "This prescription is not this patient's."),
            instead=Text(
                "请核对患者，使用其本人的处方。",
                "Please compare the patient and use that person's own prescription.",
            ),
            when=rests_on_prescription,
            check=lambda facts, _here: None if facts.same_patient else REFUSE,
        ),
        Rule(
            cites=found,
            text=Text("医师已作废这张处方。", "The doctor has voided this prescription."),
            instead=Text(
                "请联系开方医师；需要时重新开具。",
                "Please ask the doctor who wrote it; a new one may be written.",
            ),
            when=needs_prescription,
            check=lambda facts, _here: REFUSE if facts.voided else None,
        ),
    )


def used_as_often_as_written() -> tuple[Rule[Dispense], ...]:
    """One ticket, one pharmacy, one time; repeats only where and when the doctor wrote them."""
    return (
        Rule(
            cites=ours(19),
            text=Text(
                "这张处方可取药的次数已用完。",
                "This prescription has been used as often as it may be.",
            ),
            instead=Text(
                "如未取到药，请联系本院；需要继续用药请复诊。",
                "If you got nothing please ask the hospital; for more medicine ask for a follow-up.",
            ),
            when=rests_on_prescription,
            check=lambda facts, _here: (
                None if 0 <= facts.times_taken < facts.times_allowed else REFUSE
            ),
        ),
        Rule(
            cites=ours(19),
            text=Text("还没有到下一次取药的日期。", "The day of the next repeat has not come yet."),
            instead=Text(
                "请在处方写明的日期之后再来。", "Please come on or after the day that it names."
            ),
            when=rests_on_prescription,
            check=lambda facts, here: (
                REFUSE if facts.not_before is not None and here.on < facts.not_before else None
            ),
        ),
    )


def house_review(
    staff: Iterable[Rule[StaffEligibility]], *, since: date
) -> tuple[Rule[Review], ...]:
    """All of it, for a place with no rule of its own in hand. `staff`: its rules on who works."""
    return (
        *on_the_reviewer(staff),
        *second_reviewer(),
        *two_pharmacists(),
        persons_known(),
        *safety_checked(passes),
        signatures_hold(),
        clock_is_right(since),
    )


def house_dispensing(*, since: date) -> tuple[Rule[Dispense], ...]:
    """All of it, for a place with no rule of its own in hand."""
    return (*prescription_stands(), *used_as_often_as_written(), clock_is_right(since))
