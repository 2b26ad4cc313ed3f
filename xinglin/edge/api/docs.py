"""The API for human eyes: one page made from the OpenAPI document, no script and no other host."""

import base64
import hashlib
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from ninja import NinjaAPI
from ninja.openapi.docs import DocsBase

_STYLE = """
body{font:16px/1.6 system-ui,"Noto Sans SC",sans-serif;color:#1f2a26;background:#fffefb;
 max-width:62rem;margin:2rem auto;padding:0 1rem}
h1,h2{color:#13795b;line-height:1.25}h2{margin-top:3rem;text-transform:capitalize}
article{border-top:1px solid #d9e2dd;padding:1rem 0}h3{font:600 1rem ui-monospace,monospace;margin:0}
h3 b{display:inline-block;min-width:4.5rem;color:#13795b}table{border-collapse:collapse;width:100%}
td{border-top:1px solid #edf1ee;padding:.25rem .75rem .25rem 0;vertical-align:top}
td:first-child{font-family:ui-monospace,monospace;white-space:nowrap}small{color:#5a6862}
nav a{margin-right:1rem;color:#13795b}:focus-visible{outline:3px solid #13795b}
"""
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; frame-ancestors 'none'"
)
_PROBLEM = "Problem"


class ReadablePage(DocsBase):
    def render_page(self, request: HttpRequest, api: NinjaAPI, **kwargs: Any) -> HttpResponse:
        del request
        schema = api.get_openapi_schema(path_params=kwargs)
        response = HttpResponse(_page(schema, self.get_openapi_url(api, kwargs)))
        response["Content-Security-Policy"] = POLICY
        return response


def _page(schema: dict[str, Any], source: str) -> SafeString:
    groups: defaultdict[str, list[SafeString]] = defaultdict(list)
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            groups[operation.get("tags", ["other"])[0]].append(_operation(path, method, operation))
    info = schema["info"]
    return format_html(
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{}</title>'
        '<meta name="viewport" content="width=device-width"><style>{}</style></head><body>'
        '<h1>{} <small>{}</small></h1><p>{} <a href="{}">openapi.json</a></p><nav>{}</nav>{}{}'
        "</body></html>",
        info["title"],
        mark_safe(_STYLE),  # noqa: S308  # a constant of this file
        info["title"],
        info["version"],
        info["description"],
        source,
        format_html_join("", '<a href="#{}">{}</a>', ((g, g) for g in (*groups, "schemas"))),
        format_html_join(
            "",
            '<section><h2 id="{}">{}</h2>{}</section>',
            (
                (g, g, format_html_join("", "{}", ((o,) for o in found)))
                for g, found in groups.items()
            ),
        ),
        _schemas(schema["components"]["schemas"]),
    )


def _operation(path: str, method: str, operation: dict[str, Any]) -> SafeString:
    return format_html(
        "<article><h3><b>{}</b> {}</h3><p>{}</p><table>{}</table></article>",
        method.upper(),
        path,
        operation.get("description") or operation["summary"],
        format_html_join("", "<tr><td>{}</td><td>{}</td></tr>", _rows(operation)),
    )


def _rows(operation: dict[str, Any]) -> Iterator[tuple[str, str | SafeString]]:
    for parameter in operation.get("parameters", []):
        yield f"{parameter['name']} ({parameter['in']})", _shape(parameter["schema"])
    for content in operation.get("requestBody", {}).get("content", {}).values():
        yield "body", _shape(content["schema"])
    for status, answer in operation["responses"].items():
        for content in answer.get("content", {}).values():
            shape = _shape(content["schema"])
            if _PROBLEM not in shape:
                yield str(status), shape


def _shape(schema: dict[str, Any]) -> str | SafeString:
    """A type in one line; a schema with a name is a link to it."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return format_html('<a href="#{}">{}</a>', name, name)
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return format_html_join(" | ", "{}", ((_shape(s),) for s in schema[several]))
    if "enum" in schema:
        return " | ".join(map(repr, schema["enum"]))
    if schema.get("type") == "array":
        return format_html("list of {}", _shape(schema.get("items", {})))
    return str(schema.get("format") or schema.get("type") or "anything")


def _schemas(schemas: dict[str, Any]) -> SafeString:
    return format_html(
        '<section><h2 id="schemas">schemas</h2>{}</section>',
        format_html_join(
            "",
            '<article id="{}"><h3>{}</h3><p>{}</p><table>{}</table></article>',
            (
                (
                    name,
                    name,
                    found.get("description", ""),
                    format_html_join(
                        "",
                        "<tr><td>{}</td><td>{}</td></tr>",
                        ((n, _shape(s)) for n, s in found.get("properties", {}).items()),
                    ),
                )
                for name, found in sorted(schemas.items())
            ),
        ),
    )
