"""The check itself: every kind over one case; a kind that breaks is named, never passed over."""

import logging
from collections.abc import Mapping
from types import MappingProxyType

from xinglin.care.prescribing.safety.facts import Facts
from xinglin.care.prescribing.safety.kinds import CHECKS, Check
from xinglin.care.prescribing.safety.types import KINDS, LEVELS, Case, Gap, Hit, Kind, Report
from xinglin.care.prescribing.safety.view import NoData, View, viewed

_log = logging.getLogger(__name__)
_RANK = {level: place for place, level in enumerate(LEVELS)}
_ORDER = {kind: place for place, kind in enumerate(KINDS)}


def check(case: Case, facts: Facts, *, checks: Mapping[Kind, Check] = CHECKS) -> Report:
    """Never raises for what a check does: then `Report.failed` names the kind.

    Args:
        checks: other checks than ours, for those who try one out.
    """
    try:
        view = viewed(case, facts)
    except Exception as error:  # noqa: BLE001  # nothing was checked, and that is the answer
        # Its words, and its trace, may hold a patient's medicines and allergies.
        _log.error("safety: the case could not be read: %s", type(error).__name__)
        return failed(type(error).__name__)
    found: list[Hit] = []
    no_data: list[Gap] = []
    not_told: list[Gap] = []
    broken: dict[Kind, str] = {}
    for kind in KINDS:
        try:
            findings = list(checks[kind](view, facts))
        except Exception as error:  # noqa: BLE001  # a broken check is named, and the others go on
            _log.error("safety: the check of %s broke: %s", kind, type(error).__name__)
            broken[kind] = type(error).__name__
            continue
        for each in findings:
            if isinstance(each, Hit):
                found.append(each)
            elif isinstance(each, NoData):
                no_data.append(Gap(kind, each.item, each.why))
            else:
                not_told.append(Gap(kind, each.item, each.why))
    return Report(
        hits=tuple(sorted(found, key=_place)),
        unknown=_unknown(view),
        no_data=tuple(no_data),
        not_told=tuple(not_told),
        failed=MappingProxyType(broken),
    )


def failed(why: str) -> Report:
    """What is answered when nothing could be checked at all, as when the facts are not there."""
    return Report(failed=MappingProxyType(dict.fromkeys(KINDS, why)))


def _place(hit: Hit) -> tuple[int, int, tuple[int, ...], str]:
    return (_RANK[hit.level], _ORDER[hit.kind], hit.items, hit.rule)


def _unknown(view: View) -> tuple[str, ...]:
    """Names, or parts of names, as they were written, and allergies; each once."""
    names = [name for line in view.all_lines for name in line.missing]
    names += [each.text for each in view.allergens if not each.is_read]
    return tuple(dict.fromkeys(names))
