"""What ninja does not tell of an operation: the problems that each may answer with, whether a
stranger may call it, and shapes of one name that are not one shape.
"""

import json
import re
from typing import Any

from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from xinglin.foundation.accounts.services import BY_TOKEN, PUBLIC

_TEXT = {
    "type": "object",
    "properties": {"zh": {"type": "string"}, "en": {"type": "string"}},
    "required": ["zh", "en"],
}
_TEXT_REF = {"$ref": "#/components/schemas/ProblemText"}
_PROBLEM = {
    "type": "object",
    "description": "RFC 9457. `code` is stable; `text` is what to tell the person.",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "text": _TEXT_REF,
        "errors": {
            "type": "array",
            "description": "Of 422: each wrong field.",
            "items": {
                "type": "object",
                "properties": {"field": {"type": "string"}, "text": _TEXT_REF},
                "required": ["field", "text"],
            },
        },
        "verdict": {"type": "string", "description": "Of a rule that refused."},
        "refusals": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "rule_id": {"type": "string"},
                    "source": {"type": "string"},
                    "text": _TEXT_REF,
                    "instead": _TEXT_REF,
                },
                "required": ["rule_id", "source", "text", "instead"],
            },
        },
        "retry_after_s": {"type": "integer", "description": "Of 429."},
    },
    "required": ["type", "title", "status", "code", "text"],
}
_ALWAYS = {
    401: "Nobody is signed in, or the second factor is missing.",
    403: "The permission or the CSRF token is missing.",
    404: "It does not exist, or this person may not know that it does.",
    409: "It has changed meanwhile, or its state does not allow this.",
    405: "The method is none of this path's; Allow names them.",
    413: "Too large.",
    415: "The content is of a kind that is not read here.",
    422: "A value is wrong, or a rule refuses.",
    429: "Too many requests; Retry-After says when to come again.",
    503: "A part of the hospital cannot answer now; nothing was changed.",
    507: "There is no room to store a file; nothing of it was kept.",
}
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Names the act: sent twice with one key, it is done once and answered alike.",
    "schema": {"type": "string", "maxLength": 80, "pattern": "^[\\x21-\\x7e]+$"},
}


_TOKEN = "ProgramToken"  # noqa: S105  # a name
_REF = "#/components/schemas/"
_REFS = re.compile(rf"{_REF}(\w+)")


class Document(OpenAPISchema):
    """The OpenAPI file, with the problem answers, and the Idempotency-Key of every POST."""

    def __init__(self, api: Any, path_prefix: str) -> None:
        super().__init__(api, path_prefix)
        self["components"].setdefault("securitySchemes", {})[_TOKEN] = {
            "type": "http",
            "scheme": "bearer",
            "description": "Of a program, given to it by an administrator.",
        }
        self.schemas |= {"Problem": _PROBLEM, "ProblemText": _TEXT}

    def operation_details(self, operation: Operation) -> dict[str, Any]:
        known, self.schemas = self.schemas, {}
        told = super().operation_details(operation)
        own, self.schemas = self.schemas, known
        names = _names(own, known, operation.view_func.__module__.split(".")[2].title())
        known.update({names.get(name, name): _renamed(own[name], names) for name in own})
        details: dict[str, Any] = _renamed(told, names)
        if operation.view_func.xinglin_permission == PUBLIC:  # type: ignore[attr-defined]
            details["security"] = [{}, *details["security"]]
        if operation.view_func.xinglin_permission == BY_TOKEN:  # type: ignore[attr-defined]
            details["security"] = [{_TOKEN: []}]
        always = {str(status): _answer(meaning) for status, meaning in _ALWAYS.items()}
        answers = {str(status): answer for status, answer in details["responses"].items()}
        details["responses"] = {**always, **answers}
        if "POST" in operation.methods:
            details["parameters"].append(_KEY)
        return details


def _names(own: dict[str, Any], known: dict[str, Any], room: str) -> dict[str, str]:
    """New names for shapes whose name means another shape already, or that are made of such.

    ninja names a shape by its class alone: the later would take the place of the earlier.
    """
    names: dict[str, str] = {}

    def clashes(name: str) -> bool:
        shape = _renamed(own[name], names)
        return bool(known.get(names.get(name, name), shape) != shape)

    while clashing := [name for name in own if clashes(name)]:
        names |= {n: f"{names[n]}_" if n in names else f"{room}{n}" for n in clashing}
    return names


def _renamed(part: Any, names: dict[str, str]) -> Any:
    if not names:
        return part
    text = _REFS.sub(lambda ref: _REF + names.get(ref[1], ref[1]), json.dumps(part))
    return json.loads(text)


def _answer(meaning: str) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": meaning, "content": content}
