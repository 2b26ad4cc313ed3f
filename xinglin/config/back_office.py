"""How the back office looks, and what stands on its left (django-unfold)."""

from collections.abc import Callable
from typing import Any

from xinglin.kernel.text import Text


def _said(zh: str, en: str) -> Any:
    """Late: settings are read before Django's languages are there."""
    from django.utils.functional import lazy
    from django.utils.translation import get_language

    return lazy(lambda: Text(zh, en).spoken(get_language() or "zh"), str)()


def _to(name: str) -> Callable[[Any], str]:
    def link(request: Any) -> str:
        from django.urls import reverse

        del request
        return reverse(f"admin:{name}")

    return link


def _item(zh: str, en: str, icon: str, name: str) -> dict[str, Any]:
    return {"title": _said(zh, en), "icon": icon, "link": _to(name)}


_JADE = {
    "50": "#f1f8f5",
    "100": "#e3f1ec",
    "200": "#b9dacd",
    "300": "#a3d0c1",
    "400": "#6db49d",
    "500": "#2f8d6f",
    "600": "#13795b",
    "700": "#0d5c45",
    "800": "#0b4a38",
    "900": "#093c2e",
    "950": "#05241b",
}
UNFOLD: dict[str, Any] = {
    "SITE_TITLE": _said("杏林后台", "Xinglin back office"),
    "SITE_HEADER": _said("杏林后台", "Xinglin back office"),
    "SITE_URL": "/staff/",
    "SITE_SYMBOL": "local_hospital",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": "/blossom.svg"}],
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_BACK_BUTTON": True,
    "THEME": "light",
    "BORDER_RADIUS": "6px",
    "COLORS": {"primary": _JADE},
    "COMMAND": {"search_models": False, "show_history": False},
    "SIDEBAR": {
        "show_search": False,
        "command_search": False,
        "show_all_applications": False,
        "navigation": [
            {
                "title": _said("主数据", "Master data"),
                "items": [
                    _item(
                        "医疗机构", "Institution", "local_hospital", "people_institution_changelist"
                    ),
                    _item("科室", "Departments", "category", "people_department_changelist"),
                    _item("医生", "Doctors", "stethoscope", "people_practitioner_changelist"),
                    _item("执业证书", "Licences", "badge", "people_licence_changelist"),
                    _item(
                        "药品",
                        "Medicines",
                        "medication",
                        "prescribing_medicinalproduct_changelist",
                    ),
                ],
            },
            {
                "title": _said("只读资料", "To be read only"),
                "separator": True,
                "items": [
                    _item("职称", "Titles", "school", "titles"),
                    _item("危险信号", "Red flags", "emergency", "red_flags"),
                ],
            },
            {
                "title": _said("工作站", "Workstation"),
                "separator": True,
                "items": [
                    {
                        "title": _said("员工与角色", "Staff and roles"),
                        "icon": "group",
                        "link": "/staff/people",
                    },
                    {
                        "title": _said("返回工作站", "Back to the workstation"),
                        "icon": "arrow_back",
                        "link": "/staff/",
                    },
                ],
            },
        ],
    },
}
