"""The problems that every operation may answer with, told once for all of them."""

from typing import Any

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
    413: "Too large.",
    422: "A value is wrong, or a rule refuses.",
    429: "Too many requests; Retry-After says when to come again.",
    503: "A part of the hospital cannot answer now; nothing was changed.",
}
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Names the act: sent twice with one key, it is done once and answered alike.",
    "schema": {"type": "string", "maxLength": 80, "pattern": "^[\\x21-\\x7e]+$"},
}


def declare_problems(schema: dict[str, Any]) -> None:
    """Add the problem responses to every operation, and the Idempotency-Key to every POST."""
    schemas = schema["components"].setdefault("schemas", {})
    schemas |= {"Problem": _PROBLEM, "ProblemText": _TEXT}
    for path in schema["paths"].values():
        for method, operation in path.items():
            for status, meaning in _ALWAYS.items():
                operation["responses"].setdefault(status, _answer(meaning))
            if method == "post":
                operation.setdefault("parameters", []).append(_KEY)


def _answer(meaning: str) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": meaning, "content": content}
