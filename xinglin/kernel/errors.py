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
    "storage_full",
    "unsupported",
    "wrong_host",
    "wrong_method",
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


class Unsupported(XinglinError):
    """The content is of a kind that is not read here."""

    kind = "unsupported"
    code = "unsupported_type"
    text = Text(
        "这里不接受此类型的内容，请按页面提示的格式发送。",
        "This kind of content is not accepted here; please send it in the form the page asks for.",
    )


class WrongMethod(XinglinError):
    """Nothing of this path is done by this method."""

    kind = "wrong_method"
    code = "method_not_allowed"
    text = Text("此处不支持这种操作。", "This cannot be done here.")


class WrongHost(XinglinError):
    """Asked for under a name that is not ours."""

    kind = "wrong_host"
    code = "wrong_host"
    text = Text(
        "此地址不是本医院的入口，请使用医院公布的网址。",
        "This address is not the hospital's door; please use the address that the hospital gives.",
    )


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


class StorageFull(XinglinError):
    """A file could not be stored; nothing half-written is left."""

    kind = "storage_full"
    code = "storage_full"
    text = Text(
        "医院的存储空间暂时已满，文件没有保存；您写的内容还在，请稍后重试。",
        "The hospital's storage is full right now, so the file was not kept; what you wrote is still"
        " there. Please try again later.",
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
