"""What every desk has in common: the matrix's permission, services instead of raw saves, a history.

Nothing is deleted, and nothing is added: people and papers come in by their own doors.
"""

import hashlib
import json
from typing import Any, ClassVar, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Model, QuerySet
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import lazy
from django.utils.translation import get_language
from unfold.admin import ModelAdmin

from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.changes.queries import changes_of
from xinglin.kernel.errors import Invalid
from xinglin.kernel.text import Text

_SAVED = Text("已保存。", "Saved.")
_CHANGED = Text(
    "{who}在您打开之后已修改过这一条。您填写的内容还在；请对照最新内容后再保存一次。",
    "{who} has changed this since you opened it. What you typed is still here; compare it with what"
    " stands now, and save again.",
)
_SOMEBODY = Text("另一位管理员", "Another administrator")
_HISTORY = Text("更改记录", "History")
_NO_HISTORY = Text("还没有更改。", "Nothing was changed yet.")
_HEAD = (
    Text("时间", "When"),
    Text("谁", "Who"),
    Text("项目", "Field"),
    Text("原来", "Before"),
    Text("改为", "After"),
)


def said(text: Text) -> str:
    """In the language of the page."""
    return text.spoken(get_language() or "zh")


def label(zh: str, en: str) -> Any:
    """Said anew on each page."""
    return lazy(lambda: said(Text(zh, en)), str)()


def mark(row: Model, extra: Any = None) -> str:
    """The same as long as nothing of the row has changed."""
    told = json.dumps([model_to_dict(row), extra], cls=DjangoJSONEncoder, sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:32]


class DeskForm(forms.ModelForm):  # type: ignore[type-arg]  # of any model
    """Saves itself by the desk's service as soon as everything is in order."""

    desk: ClassVar["Desk"]
    viewer: ClassVar[Viewer]
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for column in self.instance._meta.concrete_fields:  # noqa: SLF001  # Django's own name
            if column.null and column.name in self.fields:
                self.fields[column.name].required = False
        if self.instance.pk is not None:
            self.fields["seen"].initial = self.desk.mark(self.instance)

    def _post_clean(self) -> None:
        current = type(self.instance)._default_manager.select_for_update().get(pk=self.instance.pk)  # noqa: SLF001  # Django's own name
        super()._post_clean()  # type: ignore[misc]  # no types for it
        now = self.desk.mark(current)
        if self.cleaned_data.get("seen") != now:
            # Saved a second time, after it was said, it is saved.
            told = cast("QueryDict", self.data).copy()
            told["seen"] = now
            self.data = told
            self.add_error(None, ValidationError(self.desk.who_changed(current)))
        if self.errors:
            return
        try:
            # Refused, it is all taken back, and the page may still read what it shows.
            with transaction.atomic():
                self.desk.keep(self.viewer, current, self.cleaned_data)
        except Invalid as error:
            for each in error.errors:
                field = self.desk.field_of(each.field)
                self.add_error(field if field in self.fields else None, said(each.text))


class _Named:
    """A row with a name for its page; models themselves have no words, lest a log has them."""

    def __init__(self, row: Model, name: str) -> None:
        self._row = row
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(self._row, attribute)

    def __str__(self) -> str:
        return self._name


class Desk(ModelAdmin):  # type: ignore[misc]  # unfold has no types
    """A subclass says its model, its fields and how they are kept."""

    model: ClassVar[type[Model]]
    thing: ClassVar[str]
    permission: ClassVar[str]
    names: ClassVar[tuple[Text, Text]]
    labels: ClassVar[dict[str, Text]] = {}
    hints: ClassVar[dict[str, Text]] = {}
    form = DeskForm
    actions = None
    list_per_page = 50
    show_full_result_count = False
    compressed_fields = True
    warn_unsaved_form = True

    def __init__(self, model: type[Model], site: Any) -> None:
        one, many = self.names
        model._meta.verbose_name = label(one.zh, one.en)  # noqa: SLF001  # shown by the site only
        model._meta.verbose_name_plural = label(many.zh, many.en)  # noqa: SLF001  # the same
        model._meta.app_config.verbose_name = label("主数据", "Master data")  # noqa: SLF001  # the same
        super().__init__(model, site)

    def keep(self, viewer: Viewer, row: Any, values: dict[str, Any]) -> None:
        """Raises Invalid."""
        raise NotImplementedError

    def mark(self, row: Any) -> str:
        return mark(row)

    def field_of(self, name: str) -> str:
        """The form's field for a field of the service."""
        return name

    def who_changed(self, row: Any) -> str:
        last = next(iter(changes_of(self.thing, row.pk, limit=1)), None)
        who = last.by_name if last and last.by_name else said(_SOMEBODY)
        return said(_CHANGED.filled(who=who))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        del obj
        viewer = getattr(request, "viewer", None)
        return isinstance(viewer, Viewer) and viewer.can(self.permission)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_view_permission(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        del request, obj
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        del request, obj
        return False

    def of_house(self, rows: QuerySet[Any], viewer: Viewer) -> QuerySet[Any]:
        return rows.filter(institution_id=viewer.institution_id)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return self.of_house(super().get_queryset(request), request.viewer)  # type: ignore[attr-defined]  # set by the door

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        plain = super().get_form(request, obj, **kwargs)
        told = {"desk": self, "viewer": request.viewer}  # type: ignore[attr-defined]  # the same
        made: Any = type(plain.__name__, (plain,), told)
        for name, field in made.base_fields.items():
            if name in self.labels:
                field.label = said(self.labels[name])
            if name in self.hints:
                field.help_text = said(self.hints[name])
        return made

    def name_of(self, row: Any) -> str:
        """Of one row, at the head of its page."""
        return said(Text(row.name_zh, row.name_en))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        row = context.get("original")
        if row is not None:
            context["original"] = _Named(row, self.name_of(row))
        answer: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return answer

    def save_model(self, *args: Any) -> None:
        """The form has kept it already, by the service."""

    def log_change(self, *args: Any) -> None:
        """Our own history says what changed from what to what."""

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        messages.success(request, said(_SAVED))
        if "_continue" in request.POST:
            return redirect(request.path)
        answer: HttpResponse = self.response_post_save_change(request, obj)
        return answer

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        context = {"title": said(self.names[0]), "subtitle": None, **(extra_context or {})}
        answer: HttpResponse = super().changeform_view(request, object_id, form_url, context)
        return answer

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {"title": said(self.names[1]), "subtitle": None, **(extra_context or {})}
        answer: HttpResponse = super().changelist_view(request, context)
        return answer

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """From what to what, field by field."""
        row = get_object_or_404(self.get_queryset(request), pk=object_id)
        rows = [
            (f"{line.at:%Y-%m-%d %H:%M} UTC", line.by_name, *self._change(line, field))
            for line in changes_of(self.thing, row.pk, limit=200)
            for field in (line.before | line.after)
        ]
        context = {
            **self.admin_site.each_context(request),
            **(extra_context or {}),
            "title": said(_HISTORY),
            "note": "" if rows else said(_NO_HISTORY),
            "head": [said(each) for each in _HEAD],
            "rows": rows,
        }
        return render(request, "backoffice/table.html", context)

    def _change(self, line: Any, field: str) -> tuple[str, str, str]:
        name = said(self.labels[field]) if field in self.labels else field
        return name, _shown(line.before.get(field)), _shown(line.after.get(field))


def _shown(value: Any) -> str:
    if value is None or value == "":
        return "—"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)
