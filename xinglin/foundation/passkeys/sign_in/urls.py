"""Below allauth's headless door, beside what `accounts.sign_in` opens of it."""

from allauth.headless.constants import Client
from django.urls import path

from xinglin.foundation.passkeys.sign_in import views

_AS = {"client": Client.BROWSER}

urlpatterns = [
    path("auth/webauthn/login", views.SignInView.as_api_view(**_AS)),
    path("auth/webauthn/authenticate", views.SecondFactorView.as_api_view(**_AS)),
    path("auth/webauthn/reauthenticate", views.ProofView.as_api_view(**_AS)),
    path("account/authenticators/webauthn", views.PasskeysView.as_api_view(**_AS)),
]
