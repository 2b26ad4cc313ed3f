"""The paths of the back office; loaded with its first request."""

from django.urls import path

from xinglin.edge.backoffice.site import office

urlpatterns = [path("admin/", office.urls)]

handler400 = "xinglin.edge.api.problems.bad_request"
handler403 = "xinglin.edge.api.problems.forbidden"
handler404 = "xinglin.edge.api.problems.not_found"
handler500 = "xinglin.edge.api.problems.server_error"
