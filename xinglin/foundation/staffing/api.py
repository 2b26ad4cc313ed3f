"""Staff accounts over HTTP, and the door for whoever comes with a link."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import Field

from xinglin.foundation.accounts.services import public, requires, signed_in, viewer_of
from xinglin.foundation.staffing import queries, services
from xinglin.kernel import clock
from xinglin.kernel.text import Locale
from xinglin.kernel.wire import In, Out

router = Router(tags=["staffing"])
Reason = Annotated[str, Field(max_length=2000)]
Roles = Annotated[list[str], Field(max_length=20)]


class ResetOut(Out):
    """`alone_after`: from then on who asked may carry it out without a second person."""

    reason: str
    asked_by: UUID
    asked_by_name: str
    asked_at: datetime
    alone_after: datetime


class StaffOut(Out):
    id: UUID
    username: str
    display_name: str
    roles: list[str]
    is_active: bool
    synthetic: bool
    has_password: bool
    has_factor: bool
    last_seen: datetime | None
    invited_until: datetime | None
    reset: ResetOut | None


class StaffPageOut(Out):
    """`next`: the user name to go on after."""

    items: list[StaffOut]
    next: str | None


class InvitationOut(Out):
    """`path` is told this once: a secret of one person."""

    account_id: UUID
    path: str
    expires_at: datetime


class ChangeOut(Out):
    id: UUID
    at: datetime
    by: UUID
    by_name: str
    action: str
    before: dict[str, Any]
    after: dict[str, Any]
    reason: str


class ChangesOut(Out):
    items: list[ChangeOut]
    next: UUID | None


class OwnResetOut(Out):
    waits: bool
    asked_at: datetime | None


class WelcomeOut(Out):
    username: str
    display_name: str
    expires_at: datetime


class BegunOut(Out):
    username: str


class InviteIn(In):
    username: Annotated[str, Field(max_length=60)]
    display_name: Annotated[str, Field(max_length=80)]
    roles: Roles
    locale: Locale = "zh"


class RolesIn(In):
    """`before`: as the page showed them."""

    roles: Roles
    before: Roles
    reason: Reason


class ReasonIn(In):
    reason: Reason


class TokenIn(In):
    token: Annotated[str, Field(min_length=1, max_length=100)]


class BeginIn(In):
    token: Annotated[str, Field(min_length=1, max_length=100)]
    password: Annotated[str, Field(max_length=200)]


@router.get("/staff-accounts", response=StaffPageOut, operation_id="list_staff_accounts")
@requires("staffing.read_accounts")
def list_staff_accounts(  # each narrows the list
    request: HttpRequest,
    words: Annotated[str, Query(max_length=80)] = "",
    role: Annotated[str, Query(max_length=32)] = "",
    without_password: bool = False,  # noqa: FBT001, FBT002  # of a query
    after: Annotated[str, Query(max_length=150)] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> dict[str, Any]:
    """Who works in the viewer's institution, by user name."""
    items, following = queries.staff_page(
        viewer_of(request),
        words=words,
        role=role.replace("\x00", ""),
        without_password=without_password,
        after=after,
        limit=limit,
    )
    return {"items": items, "next": following}


@router.post("/staff-accounts", response={201: InvitationOut}, operation_id="invite_staff")
@requires("staffing.manage_accounts")
def invite_staff(request: HttpRequest, form: InviteIn) -> Status[Any]:
    """An account, and the link by which its person sets a password and a second factor."""
    made = services.invite(
        viewer_of(request),
        username=form.username,
        display_name=form.display_name,
        roles=form.roles,
        locale=form.locale,
        at=clock.now(),
    )
    return Status(201, made)


@router.get("/staff-accounts/{account_id}", response=StaffOut, operation_id="read_staff_account")
@requires("staffing.read_accounts")
def read_staff_account(request: HttpRequest, account_id: UUID) -> Any:
    return queries.staff_line(viewer_of(request), account_id)


@router.get(
    "/staff-accounts/{account_id}/changes",
    response=ChangesOut,
    operation_id="list_staff_changes",
)
@requires("staffing.read_accounts")
def list_staff_changes(
    request: HttpRequest, account_id: UUID, before: UUID | None = None
) -> dict[str, Any]:
    """Who changed what of the account, from what to what; newest first."""
    items, following = queries.history(viewer_of(request), account_id, before=before)
    return {"items": items, "next": following}


@router.post(
    "/staff-accounts/{account_id}/invitation",
    response={201: InvitationOut},
    operation_id="invite_staff_again",
)
@requires("staffing.manage_accounts")
def invite_staff_again(request: HttpRequest, account_id: UUID) -> Status[Any]:
    """Another link for somebody without a password; the one before opens nothing any more."""
    return Status(201, services.invite_again(viewer_of(request), account_id, at=clock.now()))


@router.post(
    "/staff-accounts/{account_id}/roles", response={204: None}, operation_id="change_staff_roles"
)
@requires("staffing.manage_accounts")
def change_staff_roles(request: HttpRequest, account_id: UUID, form: RolesIn) -> Status[None]:
    """With a reason; never one's own."""
    services.change_roles(
        viewer_of(request),
        account_id,
        roles=form.roles,
        before=form.before,
        reason=form.reason,
    )
    return Status(204, None)


@router.post(
    "/staff-accounts/{account_id}/disable", response={204: None}, operation_id="disable_staff"
)
@requires("staffing.manage_accounts")
def disable_staff(request: HttpRequest, account_id: UUID, form: ReasonIn) -> Status[None]:
    """Nobody signs in with it any more, and its sessions end."""
    services.set_active(viewer_of(request), account_id, active=False, reason=form.reason)
    return Status(204, None)


@router.post(
    "/staff-accounts/{account_id}/enable", response={204: None}, operation_id="enable_staff"
)
@requires("staffing.manage_accounts")
def enable_staff(request: HttpRequest, account_id: UUID, form: ReasonIn) -> Status[None]:
    services.set_active(viewer_of(request), account_id, active=True, reason=form.reason)
    return Status(204, None)


@router.post(
    "/staff-accounts/{account_id}/factor-reset",
    response={204: None},
    operation_id="ask_factor_reset",
)
@requires("staffing.manage_accounts")
def ask_factor_reset(request: HttpRequest, account_id: UUID, form: ReasonIn) -> Status[None]:
    """The second factor is lost: another administrator confirms."""
    services.ask_reset(viewer_of(request), account_id, reason=form.reason, at=clock.now())
    return Status(204, None)


@router.post(
    "/staff-accounts/{account_id}/factor-reset/confirm",
    response={201: InvitationOut},
    operation_id="confirm_factor_reset",
)
@requires("staffing.manage_accounts")
def confirm_factor_reset(request: HttpRequest, account_id: UUID) -> Status[Any]:
    """By a second person, or by the same one a day later."""
    return Status(201, services.confirm_reset(viewer_of(request), account_id, at=clock.now()))


@router.post(
    "/staff-accounts/{account_id}/factor-reset/stop",
    response={204: None},
    operation_id="stop_factor_reset",
)
@requires("staffing.manage_accounts")
def stop_factor_reset(request: HttpRequest, account_id: UUID) -> Status[None]:
    services.stop_reset(viewer_of(request), account_id, at=clock.now())
    return Status(204, None)


@router.get("/own-factor-reset", response=OwnResetOut, operation_id="read_own_factor_reset")
@signed_in
def read_own_factor_reset(request: HttpRequest) -> dict[str, Any]:
    """Whether somebody wants to replace the viewer's second factor."""
    waiting = queries.own_reset(viewer_of(request))
    return {"waits": waiting is not None, "asked_at": waiting.asked_at if waiting else None}


@router.post("/own-factor-reset/stop", response={204: None}, operation_id="stop_own_factor_reset")
@signed_in
def stop_own_factor_reset(request: HttpRequest) -> Status[None]:
    """Nothing was lost: it stays as it is."""
    viewer = viewer_of(request)
    services.stop_reset(viewer, viewer.user_id, at=clock.now())
    return Status(204, None)


@router.post("/staff-welcome/look", response=WelcomeOut, operation_id="look_at_staff_link")
@public
def look_at_staff_link(request: HttpRequest, form: TokenIn) -> Any:
    """Whose link this is."""
    del request
    return queries.welcome(form.token, clock.now())


@router.post("/staff-welcome", response=BegunOut, operation_id="begin_as_staff")
@public
def begin_as_staff(request: HttpRequest, form: BeginIn) -> dict[str, str]:
    """Set the password; the second factor is set up with the first sign-in."""
    del request
    return {"username": services.begin(form.token, password=form.password, at=clock.now())}
