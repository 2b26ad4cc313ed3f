"""The places where allauth's own views do not fit a hospital."""

from typing import Any

from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.core.exceptions import ReauthenticationRequired
from allauth.headless.account import views as account
from allauth.headless.base.response import AuthenticationResponse, ForbiddenResponse
from allauth.headless.mfa import views as mfa
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from xinglin.foundation.accounts.models import User
from xinglin.foundation.accounts.rules import locale_asked
from xinglin.foundation.accounts.services import create_patient_account, is_proven_lately


def _locale(request: HttpRequest) -> str:
    return locale_asked(request.headers.get("Accept-Language", ""))


class RequestLoginCodeView(account.RequestLoginCodeView):
    """An unknown number gets a code like a known one, and so nobody learns which it was."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        del args, kwargs
        LoginCodeVerificationProcess.initiate(
            request=request,
            # Not saved: its account is made when the code comes back.
            user=self.input._user or User(locale=_locale(request)),  # noqa: SLF001  # allauth's own views read it
            phone=self.input.cleaned_data["phone"],
        )
        response: HttpResponse = AuthenticationResponse(request)
        return response


class ConfirmLoginCodeView(account.ConfirmLoginCodeView):
    """The first code that is confirmed makes the account."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.process.user is None:
            made = create_patient_account(
                phone=self.process.state["phone"],
                locale=_locale(request),
                synthetic=settings.DEMO,
            )
            self.process._user = User.objects.get(pk=made)  # noqa: SLF001  # the process offers no other way
        response: HttpResponse = super().post(request, *args, **kwargs)
        return response


class ManageTotpView(mfa.ManageTOTPView):
    """Who has just enrolled has shown the second factor: no second code is asked for; who has one shows it first."""

    def handle(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and not is_proven_lately(request):
            raise ReauthenticationRequired
        answer: HttpResponse = super().handle(request, *args, **kwargs)
        return answer

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post(request, *args, **kwargs)
        mine = Authenticator.objects.get(user=request.user, type=Authenticator.Type.TOTP)
        post_authentication(request, mine, reauthenticated=True)
        return response

    def delete(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Staff may not lay their second factor down."""
        if set(getattr(request.user, "roles", ())) & settings.STAFF_ROLES:
            refused: HttpResponse = ForbiddenResponse(request)
            return refused
        response: HttpResponse = super().delete(request, *args, **kwargs)
        return response


class RecoveryCodesView(mfa.ManageRecoveryCodesView):
    """They stand in for the second factor: the password alone neither reads nor makes them."""

    def handle(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not is_proven_lately(request):
            raise ReauthenticationRequired
        answer: HttpResponse = super().handle(request, *args, **kwargs)
        return answer
