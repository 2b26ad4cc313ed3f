"""Consent: given for one version of a text, withdrawn by a date."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from xinglin.care.people import events, queries
from xinglin.care.people.models import Consent
from xinglin.care.people.types import ConsentStatus
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit.services import record
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel.errors import Conflict, NotFound
from xinglin.kernel.text import Text


def give_consent(viewer: Viewer, *, kind: str, version: str, at: datetime) -> ConsentStatus:
    """Given twice, it is given once.

    Raises:
        NotFound: there is no such kind, or not on the screen of a site.
        Conflict: `consent_version_changed`, another version is in force.
    """
    if viewer.bound_to is not None and kind != "service":
        raise NotFound
    text = queries.required_text(kind)
    if version != text.version:
        raise Conflict(
            "consent_version_changed",
            Text(
                "同意书已更新，请阅读新版本后再同意。",
                "The text has a new version; please read it before you agree.",
            ),
        )
    if not queries.consent_status(viewer.user_id, kind).binds:
        _write(viewer, text.pk, at, version)
    return queries.consent_status(viewer.user_id, kind)


def _write(viewer: Viewer, text_id: int, at: datetime, version: str) -> None:
    try:
        with transaction.atomic():
            consent = Consent.objects.create(holder_id=viewer.user_id, text_id=text_id, given_at=at)
            _audit(viewer, "people.give_consent", consent.pk, version)
    except IntegrityError:
        if not Consent.objects.filter(
            holder_id=viewer.user_id, text_id=text_id, withdrawn_at__isnull=True
        ).exists():
            raise


@outbox.in_one_transaction()
def withdraw_consent(viewer: Viewer, *, kind: str, at: datetime) -> ConsentStatus:
    """New visits are refused from this moment; what was done before stays lawful and readable.

    Raises:
        NotFound: there is no such kind.
        Conflict: `no_consent_to_withdraw`.
    Emits: ConsentWithdrawn, on which visits that no doctor has taken yet are cancelled.
    """
    queries.required_text(kind)
    given = list(
        Consent.objects.select_for_update(of=("self",))
        .select_related("text")
        .filter(holder_id=viewer.user_id, text__kind=kind, withdrawn_at__isnull=True)
    )
    if not given:
        raise Conflict(
            "no_consent_to_withdraw",
            Text("目前没有可以撤回的同意。", "There is no consent to withdraw."),
        )
    for consent in given:
        consent.withdrawn_at = at
        consent.save(update_fields=["withdrawn_at"])
        _audit(viewer, "people.withdraw_consent", consent.pk, consent.text.version)
    if kind == "service":
        outbox.emit(
            events.ConsentWithdrawn(audience=(f"user:{viewer.user_id}",), holder_id=viewer.user_id)
        )
    return queries.consent_status(viewer.user_id, kind)


def require_consent(holder_id: UUID) -> None:
    """Raises Conflict `consent_required` unless the version in force was agreed to (R13, R49)."""
    if not queries.consent_status(holder_id).binds:
        raise Conflict(
            "consent_required",
            Text(
                "请先阅读并同意《互联网诊疗服务知情同意书》。",
                "Please read and agree to the informed consent first.",
            ),
        )


def _audit(viewer: Viewer, action: str, consent_id: UUID, version: str) -> None:
    record(
        viewer,
        action,
        subject=None,
        thing="consent",
        thing_id=consent_id,
        purpose="consent",
        detail={"version": version},
    )
