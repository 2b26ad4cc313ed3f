"""Whether the route suits the product: its own limits, and the form that its name tells."""

from collections.abc import Iterator

from xinglin.care.prescribing.safety.facts import Facts, RouteLimit
from xinglin.care.prescribing.safety.kinds.ranges import rule
from xinglin.care.prescribing.safety.types import Hit
from xinglin.care.prescribing.safety.view import Finding, Line, NoData, NotTold, View
from xinglin.kernel.text import Text

_NO_FACTS = Text("本库没有该药的给药途径资料", "no facts on the route here")
_NOT_TOLD = Text("未填给药途径，或途径不能识别", "no route, or one that is not known")
_CHANGE = Text("请更改途径，或换用相应剂型。", "Change the route, or choose a form made for it.")


def check(view: View, facts: Facts) -> Iterator[Finding]:
    for line in view.lines:
        limits = facts.route_limits.about(line.targets)
        if not limits and not line.form_routes:
            yield NoData(line.index, _NO_FACTS)
        elif not line.route:
            yield NotTold(line.index, _NOT_TOLD)
        else:
            for limit in limits:
                if _is_wrong(limit, line.route):
                    yield _hit(line, limit, facts)
            if line.form_routes and line.route not in line.form_routes:
                yield _contradiction(line, facts)


def _is_wrong(limit: RouteLimit, route: str) -> bool:
    return route in limit.never or (limit.allowed is not None and route not in limit.allowed)


def _hit(line: Line, limit: RouteLimit, facts: Facts) -> Hit:
    route = facts.route_texts.get(line.route, Text(line.route, line.route))
    return Hit(
        kind="route",
        level=limit.level,
        rule=rule(limit.source, "route", line),
        items=(line.index,),
        text=Text(
            f"{line.text.zh}：资料不支持该途径（{route.zh}）。",
            f"{line.text.en}: the source rules this route out ({route.en}).",
        ),
        instead=_CHANGE,
        source=limit.source,
    )


def _contradiction(line: Line, facts: Facts) -> Hit:
    route = facts.route_texts.get(line.route, Text(line.route, line.route))
    return Hit(
        kind="route",
        level="warn",
        rule="xinglin:form-against-route",
        items=(line.index,),
        text=Text(
            f"{line.text.zh}：剂型与给药途径（{route.zh}）不符。",
            f"{line.text.en}: its form does not fit the route ({route.en}).",
        ),
        instead=_CHANGE,
        source=facts.house,
    )
