"""The part of allauth's headless door that is open here; what is not listed does not exist."""

from allauth.headless.account import views as account
from allauth.headless.constants import Client
from allauth.headless.mfa import views as mfa
from django.urls import path
from django.urls.resolvers import URLPattern

from xinglin.foundation.accounts.sign_in import views


def _open(where: str, view: type) -> URLPattern:
    return path(where, view.as_api_view(client=Client.BROWSER))  # type: ignore[attr-defined]  # allauth has no types


urlpatterns = [
    _open("auth/session", account.SessionView),
    _open("auth/login", account.LoginView),
    _open("auth/reauthenticate", account.ReauthenticateView),
    _open("auth/code/request", views.RequestLoginCodeView),
    _open("auth/code/confirm", views.ConfirmLoginCodeView),
    _open("auth/2fa/authenticate", mfa.AuthenticateView),
    _open("auth/2fa/reauthenticate", mfa.ReauthenticateView),
    _open("account/password/change", account.ChangePasswordView),
    _open("account/authenticators", mfa.AuthenticatorsView),
    _open("account/authenticators/totp", views.ManageTotpView),
    _open("account/authenticators/recovery-codes", views.RecoveryCodesView),
]
