"""The one place where an application changes its state."""

from datetime import datetime
from typing import Any

from xinglin.care.people.lifecycle import APPLICATION
from xinglin.care.people.models import Application, ApplicationStep
from xinglin.care.people.queries.credentials import evidence_of, hash_of, masked_number
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit.services import record


def take(
    row: Application, name: str, *, who: str, actor: Viewer, at: datetime, reason: str = ""
) -> None:
    """State, step row and audit line. The row is locked; the caller saves what else it changes.

    Raises:
        IllegalStep: no such step leaves the present state.
        Forbidden: it does, but not for `who`.
    """
    before = row.state
    row.state = APPLICATION.take(before, name, who)
    row.since, row.reason = at, reason
    row.evidence_hash = hash_of(row)
    row.save()
    note(row, name, before, who=who, actor=actor, at=at, reason=reason)


def note(
    row: Application,
    name: str,
    before: str,
    *,
    who: str,
    actor: Viewer,
    at: datetime,
    reason: str = "",
) -> None:
    """The immutable row of a step, with the papers as they are when they are handed in."""
    snapshot: dict[str, Any] = {}
    if name in {"submit", "change"}:
        snapshot["form"] = row.form | {"id_number": masked_number(row)}
        snapshot["files"] = [[f.kind, f.name, f.sha256] for f in evidence_of(row)]
    ApplicationStep.objects.create(
        application=row,
        step=name,
        from_state=before,
        to_state=row.state,
        who=who,
        actor_id=actor.user_id,
        at=at,
        reason=reason,
        evidence_hash=row.evidence_hash,
        **snapshot,
    )
    record(
        actor,
        f"people.{name}_application",
        subject=None,
        thing="application",
        thing_id=row.pk,
        purpose="employment",
        detail={
            "from": before,
            "to": row.state,
            "evidence": row.evidence_hash,
            "reason": reason,
        },
    )
