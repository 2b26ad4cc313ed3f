"""The table of routers: every operation of the HTTP door."""

from importlib import import_module

from xinglin.edge.api.door import make_api

ROUTERS: tuple[str, ...] = (
    "xinglin.foundation.accounts.api",
    "xinglin.foundation.media.api",
    "xinglin.foundation.notices.api",
    "xinglin.foundation.staffing.api",
    "xinglin.care.people.api",
    "xinglin.care.sites.api",
    "xinglin.care.triage.api",
    "xinglin.care.consultation.api",
    "xinglin.care.dispatch.api",
    "xinglin.care.prescribing.api",
    "xinglin.care.quality.api",
)

api = make_api()
for name in ROUTERS:
    api.add_router("", import_module(name).router)
api.admit_by_declaration()
