"""django-allauth's doors for passkeys, for staff, with the house's line in the audit and its notice."""

from typing import Any

from allauth.account.internal.stagekit import pop_login
from allauth.core.exceptions import ReauthenticationRequired
from allauth.headless.base.response import ConflictResponse, ForbiddenResponse
from allauth.headless.mfa import response, views
from allauth.headless.mfa.inputs import DeleteWebAuthnInput
from allauth.mfa.webauthn.internal import flows
from django.http import HttpRequest, HttpResponse, JsonResponse

from xinglin.foundation.accounts.services import is_proven_lately
from xinglin.foundation.passkeys import inputs, services
from xinglin.kernel import clock
from xinglin.kernel.errors import Conflict


def _refused(error: Conflict) -> HttpResponse:
    """As a problem of our own door: in both languages."""
    text = {"zh": error.text.zh, "en": error.text.en}
    return JsonResponse({"status": 409, "code": error.code, "text": text}, status=409)


class PasskeysView(views.ManageWebAuthnView):
    """Add, name and remove one's own; each wants a second factor of the last minutes."""

    input_class = {
        "POST": inputs.AddInput,
        "PUT": inputs.NameInput,
        "DELETE": DeleteWebAuthnInput,
    }

    def handle(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not services.may_have_passkeys(request.user):
            refused: HttpResponse = ForbiddenResponse(request)
            return refused
        services.queue_up(request)
        if not is_proven_lately(request):
            raise ReauthenticationRequired
        try:
            answer: HttpResponse = super().handle(request, *args, **kwargs)
        except Conflict as error:
            return _refused(error)
        return answer

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Always one that checks who holds it and can be found without a user name."""
        del args, kwargs
        services.check_enrolled(request)
        services.check_room(request)
        options = flows.begin_registration(request, request.user, passwordless=True)
        answer: HttpResponse = response.AddWebAuthnResponse(request, options)
        return answer

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        del args, kwargs
        services.check_enrolled(request)
        services.check_room(request)
        given = self.input.cleaned_data
        made, codes = flows.add_authenticator(request, given["name"], given["credential"])
        if codes:
            codes.delete()  # allauth made them along with it, and nobody has seen them
        services.tell_added(request, made.pk, at=clock.now())
        answer: HttpResponse = response.AuthenticatorResponse(request, made)
        return answer

    def put(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        held = self.input.cleaned_data["id"]
        # A sign-in meanwhile has counted on; allauth saves the whole row.
        held.refresh_from_db(from_queryset=type(held).objects.select_for_update())
        answer: HttpResponse = super().put(request, *args, **kwargs)
        services.note_named(request, held.pk)
        return answer

    def delete(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        going = [each.pk for each in self.input.cleaned_data["authenticators"]]
        services.check_factor_stays(request, going)
        answer: HttpResponse = super().delete(request, *args, **kwargs)
        services.tell_removed(request, going, at=clock.now())
        return answer


class SignInView(views.LoginWebAuthnView):
    """With the passkey alone: it is in the hand and has checked whose hand."""

    input_class = {"POST": inputs.SignInInput}

    def handle(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            taken: HttpResponse = ConflictResponse(request)
            return taken
        answer: HttpResponse = super().handle(request, *args, **kwargs)
        return answer

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        pop_login(request)  # what somebody began here with a password
        answer: HttpResponse = super().post(request, *args, **kwargs)
        return answer


class SecondFactorView(views.AuthenticateWebAuthnView):
    """After the password, in the place of a code."""

    input_class = {"POST": inputs.SecondFactorInput}


class ProofView(views.ReauthenticateWebAuthnView):
    """Who is signed in shows anew who it is."""

    input_class = {"POST": inputs.ProofInput}
