"""The words in which law is written here: citation, rule, finding, knob, jurisdiction, verdict."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from typing import Any, Generic, Literal, TypeVar, cast, get_args

from xinglin.kernel.errors import Refusal, RuleRefused
from xinglin.kernel.text import Text

F = TypeVar("F")
G = TypeVar("G")

# Mildest first: the verdict is the strictest of what the rules find.
Kind = Literal[
    "allow",
    "advice_only",
    "queue",
    "recheck",
    "escalate",
    "refuse",
    "hand_over",
    "stop_and_refer",
]
STRICTNESS: tuple[Kind, ...] = get_args(Kind)

# `ours`: a default of this house and no law; everything but `confirmed` is shown as unverified.
Status = Literal["confirmed", "secondary", "memory", "ours"]

Decision = Literal[
    "register_patient",
    "open_kind",
    "accept_consultation",
    "prescribe",
    "review",
    "dispense",
    "refer",
    "retain",
    "disclose",
    "report",
    "staff_eligibility",
    "remote_consultation",
    "price",
]
DECISIONS: tuple[Decision, ...] = get_args(Decision)


@dataclass(frozen=True, slots=True)
class Source:
    """A law, notice or practice. `dated`: number and date as known; `?` marks what is unsure."""

    short: str
    title: str
    dated: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Citation:
    """One line of the law: where it stands, how sure we are, and from when until when it binds.

    `source`: short names and articles; `(no.?)` marks an article number from memory.
    `since` on 1 January means that only the year is known. `note`: the status in full.
    """

    id: str
    source: str
    basis: tuple[Source, ...]
    status: Status
    since: date | None = None
    until: date | None = None
    note: str = ""

    def in_force(self, on: date) -> bool:
        """Both ends are included."""
        return (self.since is None or self.since <= on) and (self.until is None or on <= self.until)

    def spoken(self) -> str:
        """The source as a person is told it, with its doubt."""
        parts = [self.source, *(basis.title for basis in self.basis)]
        if self.status != "confirmed":
            parts.append("未核实 unverified")
        return " · ".join(parts)


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What one rule says to the facts; a rule with nothing to say returns None instead.

    `noted`: the text is told although the rule does not object.
    """

    kind: Kind
    capabilities: frozenset[str] = frozenset()
    retain_until: datetime | None = None
    noted: bool = False


REFUSE = Finding(kind="refuse")
ADVICE = Finding(kind="advice_only", capabilities=frozenset({"open_advice"}))


def grant(*capabilities: str) -> Finding:
    return Finding(kind="allow", capabilities=frozenset(capabilities))


@dataclass(frozen=True, kw_only=True, slots=True)
class Knob:
    """A value that law, or this house, sets. `rule`: the id of the rule that it belongs to.

    `ours`: a default of this house. `stricter` picks the stricter of a nation's and a province's
    value; a province that departs from it must date its value at both ends.
    """

    name: str
    value: Any
    rule: str
    unit: str = ""
    since: date | None = None
    until: date | None = None
    specialties: frozenset[str] | None = None
    ours: bool = False
    stricter: Callable[[Any, Any], Any] | None = None

    def in_force(self, on: date) -> bool:
        return (self.since is None or self.since <= on) and (self.until is None or on <= self.until)

    @property
    def is_dated_exception(self) -> bool:
        return self.since is not None and self.until is not None


@dataclass(frozen=True, kw_only=True, slots=True)
class HelpLine:
    """A telephone number for those who are at the end of their strength, and from where we know it."""

    number: str
    name: Text
    cites: Citation

    def __str__(self) -> str:
        doubt = "" if self.cites.status == "confirmed" else f", unverified ({self.cites.status})"
        return f"{self.number} {self.name.en}, {self.cites.source}{doubt}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """Where and when a decision is made, and the knobs that hold there and then."""

    place: str
    on: date
    zone: tzinfo
    knobs: Mapping[str, Any]


def _always(_facts: Any) -> bool:
    return True


@dataclass(frozen=True, kw_only=True)
class Rule(Generic[F]):
    """One thing that a citation demands, as a pure function of the facts.

    `when`: to which facts it speaks at all. `specialties`: None means all.
    `lifts`: ids of rules that this one, a dated exception, sets aside where its check allows.
    `{name}` in a text stands for the knob of that name.

    Raises:
        ValueError: an exception without both dates.
    """

    cites: Citation
    text: Text
    instead: Text
    check: Callable[[F, Context], Finding | None]
    when: Callable[[F], bool] = _always
    specialties: frozenset[str] | None = None
    lifts: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if self.lifts and (self.cites.since is None or self.cites.until is None):
            raise ValueError(f"{self.id} lifts {sorted(self.lifts)} and must be dated at both ends")

    @property
    def id(self) -> str:
        return self.cites.id

    def seen_through(self, view: Callable[[G], F]) -> "Rule[G]":
        """The same rule for larger facts; `view` picks the part that it knows."""
        return Rule(
            cites=self.cites,
            text=self.text,
            instead=self.instead,
            check=lambda facts, context: self.check(view(facts), context),
            when=lambda facts: self.when(view(facts)),
            specialties=self.specialties,
            lifts=self.lifts,
        )

    def refusal(self, knobs: Mapping[str, Any]) -> Refusal:
        return Refusal(
            rule_id=self.id,
            source=self.cites.spoken(),
            text=self.text.filled(**knobs),
            instead=self.instead.filled(**knobs),
        )


@dataclass(frozen=True, kw_only=True)
class Jurisdiction:
    """One folder of `jurisdictions/`. `places`: codes inside it that have no rules of their own."""

    code: str
    name: Text
    zone: tzinfo
    parent: str | None = None
    places: Mapping[str, Text] = field(default_factory=dict)
    knobs: tuple[Knob, ...] = ()
    rules: Mapping[str, tuple[Rule[Any], ...]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """The answer of `decide`.

    `rule_ids`: the rules that object or, when none does, those that grant.
    `refusals`: one for each objection. `notes`: what is said although it does not object.
    `capabilities`: among open_advice, open_follow_up, open_first_visit, may_prescribe,
    export_record. `retain_until`: the first moment at which deletion is lawful.
    """

    decision: Decision
    place: str
    on: date
    kind: Kind
    rule_ids: tuple[str, ...]
    refusals: tuple[Refusal, ...] = ()
    notes: tuple[Refusal, ...] = ()
    capabilities: frozenset[str] = frozenset()
    retain_until: datetime | None = None

    @property
    def allowed(self) -> bool:
        return self.kind == "allow"

    def can(self, capability: str) -> bool:
        return capability in self.capabilities

    def demand(self, *also: Kind) -> "Verdict":
        """This verdict, when it is `allow` or one of `also`.

        Raises:
            RuleRefused: it is not; carries every refusal.
        """
        if self.kind != "allow" and self.kind not in also:
            raise RuleRefused(self.refusals, verdict=self.kind)
        return self


def as_decision(name: str) -> Decision | None:
    return cast("Decision", name) if name in DECISIONS else None
