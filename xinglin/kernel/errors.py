"""What can go wrong, as the caller is told: a stable code, both languages, what to do next.

`edge/api` maps `kind` to an HTTP status and the whole error to problem+json.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Literal

from xinglin.kernel.text import Text

Kind = Literal[
    "invalid",
    "unauthenticated",
    "forbidden",
    "not_found",
    "conflict",
    "refused",
    "too_large",
    "too_many",
    "unavailable",
]


@dataclass(frozen=True, slots=True)
class Refusal:
    """One rule that said no. `instead` tells what the person can do now."""

    rule_id: str
    source: str
    text: Text
    instead: Text


@dataclass(frozen=True, slots=True)
class FieldError:
    """One wrong value. `field` is the path in the request, for example `patient.id_number`."""

    field: str
    text: Text


class XinglinError(Exception):
    """Base of every error a caller may show to a person. `extra`: further members of the problem."""

    kind: ClassVar[Kind] = "invalid"
    code: str = "invalid"
    text: Text = Text("请求无法处理。", "The request could not be handled.")
    extra: Mapping[str, str | int] = MappingProxyType({})

    def __init__(self, code: str | None = None, text: Text | None = None) -> None:
        self.code = code or type(self).code
        self.text = text or type(self).text
        super().__init__(f"{self.code}: {self.text.en}")


class Invalid(XinglinError):
    """A value is wrong; `errors` names each field."""

    kind = "invalid"
    code = "invalid"
    text = Text(
        "有内容填写不正确，请按提示修改。",
        "Something is not filled in correctly; please mend what is marked.",
    )

    def __init__(
        self, *errors: FieldError, code: str | None = None, text: Text | None = None
    ) -> None:
        super().__init__(code, text)
        self.errors = errors


class Unauthenticated(XinglinError):
    """Nobody is signed in, or the sign-in is not strong enough for this act."""

    kind = "unauthenticated"
    code = "sign_in_required"
    text = Text("请先登录。", "Please sign in first.")


class Forbidden(XinglinError):
    """The person may see the thing but may not do this with it."""

    kind = "forbidden"
    code = "forbidden"
    text = Text("您没有进行此操作的权限。", "You do not have permission to do this.")


class NotFound(XinglinError):
    """The thing does not exist, or this person may not know that it does."""

    kind = "not_found"
    code = "not_found"
    text = Text("没有找到您要的内容。", "What you are looking for was not found.")


class Conflict(XinglinError):
    """The thing has changed meanwhile, or exists already."""

    kind = "conflict"
    code = "conflict"
    text = Text(
        "内容已被更新，请刷新后再试。", "This has changed meanwhile; please refresh and try again."
    )


class IllegalStep(Conflict):
    """The lifecycle has no such step from the present state."""

    code = "illegal_step"
    text = Text("当前状态下不能进行此操作。", "This cannot be done in the present state.")


class TooLarge(XinglinError):
    """A file, text or list is over its limit."""

    kind = "too_large"
    code = "too_large"
    text = Text("内容过大。", "This is too large.")


class TooMany(XinglinError):
    """A limit of acts in a time was reached."""

    kind = "too_many"
    code = "too_many_requests"
    text = Text("操作过于频繁，请稍后再试。", "Too many requests; please try again in a moment.")

    def __init__(
        self, retry_after_s: int, code: str | None = None, text: Text | None = None
    ) -> None:
        super().__init__(code, text)
        self.retry_after_s = retry_after_s


class Unavailable(XinglinError):
    """A part of the system cannot answer now; nothing was changed."""

    kind = "unavailable"
    code = "unavailable"
    text = Text(
        "服务暂时不可用，请稍后再试。",
        "The service cannot answer right now; please try again shortly.",
    )


class RuleRefused(XinglinError):
    """One or more rules of policy refused the act; all of them are carried."""

    kind = "refused"
    code = "rule_refused"
    text = Text("依据规定，此操作不能进行。", "The rules do not allow this.")

    def __init__(self, refusals: Sequence[Refusal], *, verdict: str = "refuse") -> None:
        super().__init__()
        self.refusals = tuple(refusals)
        self.verdict = verdict
        if self.refusals:
            self.text = self.refusals[0].text
