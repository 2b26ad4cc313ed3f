"""Reading requests: what PostgreSQL cannot hold is refused here and not by an error of its own."""

from typing import Any

import msgspec
from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from ninja.parser import Parser
from ninja.types import DictStrAny

from xinglin.edge.api.problems import MALFORMED
from xinglin.kernel.errors import Unsupported

_NUL = "\0"
# The second: ninja's own requests for one part of a form.
JSON_TYPES = {"application/json", None}


class StrictParser(Parser):
    def parse_body(self, request: HttpRequest) -> Any:
        """msgspec refuses lone surrogates, NaN and what nests too deep; a NUL would pass it.

        Of two members with one name the last counts.
        """
        if request.content_type not in JSON_TYPES:
            raise Unsupported
        found = msgspec.json.decode(request.body)
        if _holds_nul(found):
            raise MALFORMED
        return found

    def parse_querydict(
        self, data: MultiValueDict[str, Any], list_fields: list[str], request: HttpRequest
    ) -> DictStrAny:
        if any(_holds_nul(values) for _, values in data.lists()):
            raise MALFORMED
        return super().parse_querydict(data, list_fields, request)


def _holds_nul(value: Any) -> bool:
    if isinstance(value, str):
        return _NUL in value
    if isinstance(value, dict):
        return any(_holds_nul(part) for pair in value.items() for part in pair)
    if isinstance(value, list):
        return any(map(_holds_nul, value))
    return False
