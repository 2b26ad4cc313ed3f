"""The report of a run as one page that needs nothing else; the same document, the same bytes."""

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any, Final

from xinglin.care.dispatch.simulator.comparing import is_sure
from xinglin.care.dispatch.simulator.measures import CURVE_S, URGENCIES, Measures, scalars
from xinglin.care.dispatch.simulator.plots import Plot, Series, bars, both, interval, legend, lines
from xinglin.care.dispatch.simulator.policies import ABOUT
from xinglin.care.dispatch.simulator.words import MEASURES, department
from xinglin.kernel.text import Text

_STYLE: Final = """
:root{color-scheme:light;--ink:#1c2330;--soft:#4a5260;--line:#dfe3e8}
body{margin:0 auto;max-width:1040px;padding:1.2rem;color:var(--ink);background:#fff;
font:16px/1.5 system-ui,"Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif}
h1{font-size:1.5rem;margin:.4rem 0}h2{font-size:1.15rem;margin:2rem 0 .5rem}
figure{margin:1rem 0}figcaption{font-weight:600;margin-bottom:.3rem}
svg{max-width:100%;height:auto;font-size:13px}svg .v{font-size:10px;text-anchor:middle}
svg .t{font-size:12px}
table{border-collapse:collapse;width:100%;font-size:.92rem}caption{text-align:start;
color:var(--soft);padding:.2rem 0}
th,td{padding:.3rem .55rem;border-bottom:1px solid var(--line);text-align:start}
td.n,th.n{text-align:end;font-variant-numeric:tabular-nums}
.wide{overflow-x:auto}.soft{color:var(--soft)}
.legend{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.3rem 1.4rem}
.legend i{display:inline-block;width:.8rem;height:.8rem;margin-inline-end:.4rem;border-radius:2px}
#zh:checked~main .en,#en:checked~main .zh{display:none}
.plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,440px),1fr));gap:0 2rem}
"""


def html(document: Mapping[str, Any]) -> str:
    """`document`: as `running.run` makes it."""
    title = Text(**document["title"])
    names = list(document["policies"])
    drawn = "".join(plot.figure() for plot in plots(document["policies"]))
    body = "".join(
        (
            f"<h1>{both(title)}</h1><p>{both(Text(**document['about']))}</p>",
            f'<p class="soft">{both(_size(document))}</p>',
            legend(names, ABOUT),
            f'<div class="plots">{drawn}</div>',
            _measures(document["policies"]),
            _differences(document),
            _departments(document["policies"]),
            _estimates(document["policies"]),
            _numbers(document["numbers"]),
        )
    )
    return (
        f'<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title.zh)} · {escape(title.en)}</title><style>{_STYLE}</style></head>"
        f'<body><input type="radio" name="language" id="zh" checked><label for="zh">中文</label> '
        f'<input type="radio" name="language" id="en"><label for="en">English</label>'
        f"<main>{body}</main></body></html>\n"
    )


def _size(document: Mapping[str, Any]) -> Text:
    return Text(
        "{requests} 次请求，{runs} 次运行，每次 {days} 天，种子自 {seed} 起。各策略面对相同的患者与医生。"
        "未获首答者一律计为未按时。",
        "{requests} requests in {runs} runs of {days} days, seeds from {seed} on. Every policy meets"
        " the same patients and doctors. Who was never answered counts as not in time.",
    ).filled(**{key: document[key] for key in ("requests", "runs", "days", "seed")})


def plots(policies: Mapping[str, Any]) -> list[Plot]:
    """Those that have something to show."""
    missed = {
        name: [_missed(found["by_urgency"][str(u)]) for u in URGENCIES]
        for name, found in policies.items()
    }
    promises = next(iter(policies.values()))["by_urgency"]
    groups = [
        Text(
            f"{u} 级（{promises[str(u)]['promise_s']:g} 秒）",
            f"urgency {u} ({promises[str(u)]['promise_s']:g} s)",
        )
        for u in URGENCIES
    ]
    drawn = (
        bars(Text("未按时首答，%", "Promise not kept, %"), groups, missed),
        _answered(policies),
        _by_hour(policies, Text("各时段首答平均，秒", "Mean first answer by hour, s"), _mean),
        _by_hour(policies, Text("各时段未按时，%", "Promise not kept by hour, %"), _missed),
    )
    return [plot for plot in drawn if plot is not None]


def _answered(policies: Mapping[str, Any]) -> Plot | None:
    curves = [
        Series(
            name, [(x, y) for x, y in zip(CURVE_S, found["curve"], strict=True) if y is not None]
        )
        for name, found in policies.items()
    ]
    return lines(
        Text("多少秒内获首答，%", "First answer within so many seconds, %"),
        curves,
        x_label=Text("秒（对数）", "seconds, logarithmic"),
        top=100,
        is_log=True,
    )


def _missed(row: Mapping[str, Any]) -> float | None:
    kept = row["in_time_pct"]
    return None if kept is None else round(100 - kept, 2)


def _mean(row: Mapping[str, Any]) -> float | None:
    mean: float | None = row["mean_s"]
    return mean


def _by_hour(
    policies: Mapping[str, Any], title: Text, value: Callable[[Mapping[str, Any]], float | None]
) -> Plot | None:
    series = []
    for name, found in policies.items():
        drawn = [(float(hour), value(row)) for hour, row in found["by_hour"].items()]
        series.append(Series(name, [(hour, y) for hour, y in drawn if y is not None]))
    return lines(title, series, x_label=Text("时", "hour of the day"))


def _measures(policies: Mapping[str, Any]) -> str:
    values: dict[str, Measures] = {
        name: {**scalars(found), "turned_away_pct": found["turned_away_pct"]}
        for name, found in policies.items()
    }
    rows = [
        (both(words), [_cell(values[name].get(key)) for name in policies])
        for key, words in MEASURES.items()
    ]
    return _table(Text("指标", "Measures"), list(policies), rows)


def _differences(document: Mapping[str, Any]) -> str:
    parts = []
    for name, found in document["differences"].items():
        rows = []
        for key, words in MEASURES.items():
            one = found.get(key)
            if one is None or one["low"] is None:
                continue
            reach = max(abs(one["low"]), abs(one["high"]))
            drawn = interval(one["low"], one["high"], one["mean"], reach, is_sure=is_sure(one))
            span = f"{one['mean']:+.2f}  [{one['low']:+.2f}, {one['high']:+.2f}]"
            rows.append((both(words), [span, drawn]))
        if rows:
            title = Text(
                f"{name} 减 {document['against']}：配对差，95 % 区间（灰色：可能为零）",
                f"{name} less {document['against']}: paired, 95 % interval (grey: may be nothing)",
            )
            parts.append(_table(title, ["", ""], rows))
    return "".join(parts)


def _departments(policies: Mapping[str, Any]) -> str:
    slugs = sorted({slug for found in policies.values() for slug in found["by_department"]})
    rows = []
    for slug in slugs:
        cells = []
        for found in policies.values():
            row = found["by_department"].get(slug, {})
            cells += [_cell(row.get("in_time_pct")), _cell(row.get("p95_s"))]
        rows.append((both(department(slug)), cells))
    heads = [head for name in policies for head in (f"{name} %", f"{name} p95 s")]
    return _table(Text("科室：按时首答与 p95", "Departments: promise kept and p95"), heads, rows)


def _estimates(policies: Mapping[str, Any]) -> str:
    told = {name: found["estimate"] for name, found in policies.items()}
    told = {name: one for name, one in told.items() if one["counted"]}
    if not told:
        return ""
    slugs = sorted({slug for one in told.values() for slug in one["by_department"]})
    rows = [
        (
            both(Text("各科室均值", "Of the means of departments")),
            [_cell(one["departments_mape_pct"]) for one in told.values()],
        ),
        (both(Text("全部", "All")), [_cell(one["mape_pct"]) for one in told.values()]),
        *(
            (
                both(department(slug)),
                [
                    _cell(one["by_department"].get(slug, {}).get("mape_pct"))
                    for one in told.values()
                ],
            )
            for slug in slugs
        ),
    ]
    title = Text(
        "预计等待的平均绝对百分比误差，%（等待 15 秒以上者）",
        "Error of the expected wait (MAPE, %; waits of 15 s or more)",
    )
    return _table(title, list(told), rows)


def _numbers(numbers: Mapping[str, Any]) -> str:
    rows = [
        (
            f"<code>{escape(name)}</code>",
            [_shown(one["value"]), escape(one["unit"]), escape(one["source"])],
        )
        for name, one in numbers.items()
    ]
    title = Text("数值与出处", "Numbers and their sources")
    heads = ["", "", ""]
    return f"<details><summary>{both(title)}</summary>{_table(title, heads, rows)}</details>"


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        return escape(", ".join(f"{key} {v:g}" for key, v in value.items()))
    if isinstance(value, list | tuple):
        return escape(", ".join(f"{v:g}" for v in value))
    return f"{value:g}"


def _cell(value: float | None) -> str:
    return "-" if value is None else f"{value:g}"


def _table(title: Text, heads: Sequence[str], rows: Sequence[tuple[str, Sequence[str]]]) -> str:
    """Cells are markup already."""
    head = "".join(f'<th scope="col" class="n">{escape(one)}</th>' for one in heads)
    lines_ = "".join(
        f'<tr><th scope="row">{label}</th>'
        + "".join(f'<td class="n">{cell}</td>' for cell in cells)
        + "</tr>"
        for label, cells in rows
    )
    return (
        f'<h2>{both(title)}</h2><div class="wide"><table><thead><tr><td></td>{head}</tr></thead>'
        f"<tbody>{lines_}</tbody></table></div>"
    )
