"""Every path of the HTTP door."""

from django.urls import include, path

from xinglin.config.api import api
from xinglin.edge.api import files, recordings, status

urlpatterns = [
    path("healthz", status.healthz),
    path("readyz", status.readyz),
    path("metrics", status.metrics),
    path("files/recordings/<str:token>", recordings.show),
    path("files/<str:token>", files.show),
    path("api/v1/", api.urls),
    path("_allauth/browser/v1/", include("xinglin.foundation.accounts.sign_in.urls")),
    path("_allauth/browser/v1/", include("xinglin.foundation.passkeys.sign_in.urls")),
]

handler400 = "xinglin.edge.api.problems.bad_request"
handler403 = "xinglin.edge.api.problems.forbidden"
handler404 = "xinglin.edge.api.problems.not_found"
handler500 = "xinglin.edge.api.problems.server_error"
