"""The site: who may enter, what stands on the left, and the tables that are only read."""

from collections.abc import Sequence
from importlib import import_module
from typing import Any
from urllib.parse import quote

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.urls.resolvers import URLPattern
from unfold.sites import UnfoldAdminSite

from xinglin.care.people import queries as people
from xinglin.care.triage import queries as triage
from xinglin.edge.api.sign_in import viewer_of
from xinglin.foundation.desks.services import said
from xinglin.kernel import clock
from xinglin.kernel.text import Text

PERMISSION = "people.edit_master_data"
# What a module puts into the back office: `DESKS`, each a class with its model.
_ROOMS = ("xinglin.care.people.admin", "xinglin.care.prescribing.admin")
_TITLES = Text("职称", "Titles")
_FLAGS = Text("危险信号", "Red flags")


class BackOffice(UnfoldAdminSite):  # type: ignore[misc]  # unfold has no types
    """No door of its own: whoever is not signed in goes to the staff's, and comes back."""

    def has_permission(self, request: HttpRequest) -> bool:
        viewer = viewer_of(request)
        return viewer is not None and viewer.can(PERMISSION)

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        del extra_context
        viewer = viewer_of(request)
        if viewer is not None and viewer.strong:
            return redirect("/staff/")
        asked = request.GET.get("next", "/admin/")
        wanted = asked if asked.startswith("/admin/") else "/admin/"
        return redirect(f"/staff/sign-in?next={quote(wanted)}")

    def logout(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        del extra_context
        if request.method == "POST":
            logout(request)
        return redirect("/staff/sign-in")

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        del request, extra_context
        return redirect("/staff/security")

    def extra_urls(self) -> list[URLPattern]:
        return [
            path("titles/", self.admin_view(self.titles), name="titles"),
            path("red-flags/", self.admin_view(self.red_flags), name="red_flags"),
        ]

    def titles(self, request: HttpRequest) -> HttpResponse:
        rows = [(code, name.zh, name.en) for code, name in people.titles().items()]
        head = [Text("代码", "Code"), Text("中文", "In Chinese"), Text("英文", "In English")]
        note = Text(
            "职称来自国家标准，随版本更新，不在此修改。",
            "Titles are those of the national standard; they come with a release.",
        )
        return self._table(request, _TITLES, note, head, rows)

    def red_flags(self, request: HttpRequest) -> HttpResponse:
        flags = triage.red_flags(people.default_institution().place, clock.now())
        rows = [(f.id, said(f.text), f.source, str(f.year or ""), f.status) for f in flags]
        head = [
            Text("编号", "Id"),
            Text("危险信号", "Red flag"),
            Text("来源", "Source"),
            Text("年份", "Year"),
            Text("核对状态", "Status"),
        ]
        note = Text(
            "危险信号随版本更新，未经医生核对不得修改；此处只读。",
            "Red flags come with a release and change only after a doctor has checked them.",
        )
        return self._table(request, _FLAGS, note, head, rows)

    def _table(
        self,
        request: HttpRequest,
        title: Text,
        note: Text,
        head: list[Text],
        rows: Sequence[tuple[str, ...]],
    ) -> HttpResponse:
        context = {
            **self.each_context(request),
            "title": said(title),
            "note": said(note),
            "head": [said(each) for each in head],
            "rows": rows,
        }
        return render(request, "backoffice/table.html", context)


office = BackOffice(name="admin")
for room in _ROOMS:
    for desk in import_module(room).DESKS:
        office.register(desk.model, desk)
