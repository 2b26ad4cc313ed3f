"""A part of the body and what is wrong with it, said apart in one clause, are one finding."""

import re
from collections.abc import Iterator, Mapping, Sequence

from xinglin.care.triage.rules.findings.lexicon import OF_SOURCES, composed_id
from xinglin.care.triage.rules.findings.types import Match, Span

_REACH_EN, _REACH_ZH = 60, 16
_SHORT, _NEXT = 24, 30
# A pain that names the whole belly, beside the quarter of it that hurts.
_WHOLE: Mapping[str, frozenset[str]] = {
    "abdomen_pain": frozenset(
        {
            "upper_abdomen",
            "right_upper_abdomen",
            "lower_abdomen",
            "right_lower_abdomen",
            "flank",
            "groin",
        }
    )
}
_ROW = re.compile(r"(?:\s|,|and\b|very\b|slightly\b|left\b|right\b)*")
_PLACED = re.compile(
    r"\b(?:in|on|of|around|round|over|at|to|behind|under|across|near|along|down|from|into|both|inside|"
    r"through|and|between|up|is|are|was|affecting)\b|^\s*(?:(?:his|her|my|the|your|their|a|one|both|left|right|entire|whole)\b\s*)*[(/]?$|"
    r"在|于|到|至|是|左|右"
)


def composed(
    clauses: Sequence[Span], found: Sequence[Match], renames: Mapping[str, str]
) -> Iterator[Match]:
    """`clauses`: of one sentence. A clause without a part of the body speaks of the last one named."""
    last: Match | None = None
    for clause in clauses:
        inside = [m for m in found if clause.start <= m.start < clause.end]
        parts = [m for m in inside if m.kind == "part"]
        sources = [m for m in inside if m.kind == "source"]
        wrongs = [m for m in inside if m.kind == "sensation" or m.concept in _WHOLE]
        reach = _REACH_EN if clause.text.isascii() else _REACH_ZH
        for wrong in wrongs:
            near = list(_parts_of(wrong, parts, wrongs, clause, reach))
            if not near and not parts:
                near = [each for each in (last or _first_part_after(clause, found),) if each]
            for part in near:
                if wrong.kind == "sensation" or part.concept in _WHOLE[wrong.concept]:
                    yield _one(part, wrong, renames)
            if wrong.concept in OF_SOURCES:
                yield from (_one(each, wrong, renames) for each in _sources_of(wrong, sources))
        if parts:
            last = parts[-1]


def _sources_of(wrong: Match, sources: Sequence[Match]) -> Sequence[Match]:
    """The one right before, else the one right after."""
    before = [s for s in sources if s.end <= wrong.start and wrong.start - s.end <= _REACH_EN]
    after = [s for s in sources if s.start >= wrong.end and s.start - wrong.end <= _REACH_ZH]
    return before[-1:] or after[:1]


def _first_part_after(clause: Span, found: Sequence[Match]) -> Match | None:
    """For "hot, red, swollen knee": a short clause before the one that names the part."""
    if len(clause.text) > _SHORT:
        return None
    return next(
        (m for m in found if m.kind == "part" and clause.end < m.start < clause.end + _NEXT), None
    )


def _parts_of(
    wrong: Match, parts: Sequence[Match], wrongs: Sequence[Match], clause: Span, reach: int
) -> Iterator[Match]:
    # "右边肚子疼": the part may reach into a pain that names the belly itself.
    before = [p for p in parts if p.end <= wrong.start or p.start < wrong.start < p.end]
    after = [p for p in parts if p.start >= wrong.end]
    if before and wrong.start - before[-1].end <= reach:
        nearest = before[-1]
        yield nearest
        for other in before[:-1]:  # "arm and leg weakness"
            gap = clause.text[other.end - clause.start : nearest.start - clause.start]
            if re.fullmatch(
                r"\s*(?:and|or|/|和|及|、|或|与|跟|,)\s*(?:the |his |her |my |left |right )*", gap
            ):
                yield other
    at = wrong.end
    for part in after:
        gap = clause.text[at - clause.start : part.start - clause.start]
        if len(gap) > reach or not (_PLACED.search(gap) or _is_row(at, part, wrongs, clause)):
            break
        if (
            any(
                at <= w.start < part.start and w.end <= part.start for w in wrongs if w is not wrong
            )
            and before
        ):
            break
        yield part
        at = part.end


def _is_row(at: int, part: Match, wrongs: Sequence[Match], clause: Span) -> bool:
    """Only other wrongs stand between, as in "a painful, red and swollen left knee"."""
    gap = clause.text[at - clause.start : part.start - clause.start]
    between = [w for w in wrongs if at <= w.start and w.end <= part.start]
    for each in reversed(between):
        gap = gap[: each.start - at] + gap[each.end - at :]
    return bool(between) and _ROW.fullmatch(gap) is not None


def _one(part: Match, wrong: Match, renames: Mapping[str, str]) -> Match:
    return Match(
        min(part.start, wrong.start),
        max(part.end, wrong.end),
        composed_id(part.concept, "pain" if wrong.concept in _WHOLE else wrong.concept, renames),
        "symptom",
        (part, wrong),
    )
