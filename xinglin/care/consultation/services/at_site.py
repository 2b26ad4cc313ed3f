"""A visit that is asked for at a site: whose it is, and what the site hears of its course."""

from datetime import datetime
from typing import Final

from xinglin.care.consultation.lifecycle import CONSULTATION
from xinglin.care.consultation.messages import services as messages
from xinglin.care.consultation.models import Consultation
from xinglin.care.consultation.queries.sites import told_of_site
from xinglin.care.people import queries as people
from xinglin.care.people.types import Asking, PatientCard
from xinglin.care.sites import queries as sites
from xinglin.care.sites import services as site_services
from xinglin.care.sites.types import KINDS, WalkInCard
from xinglin.care.triage.types import IntakeCard
from xinglin.foundation.accounts.types import Viewer
from xinglin.kernel.errors import Conflict, NotFound
from xinglin.kernel.text import Text

AT_SITE: Final = "at_site"
_OVER = Text(
    "这次到店就诊已经结束或已经问过医生。如需再次就诊，请店员重新登记。",
    "This walk-in has ended, or the doctor was asked already. To ask again, please let the assistant"
    " register anew.",
)
_FROM = Text(
    "患者在{zh}就诊，由店员{name}登记。", "The patient is at {en} and was registered by {name}."
)
STAYS: Final = {
    True: Text(
        "按患者的意愿，店员留在旁边协助。",
        "By the patient's wish the assistant stays in the room to help.",
    ),
    False: Text(
        "按患者的意愿，店员已回避。", "By the patient's wish the assistant has left the room."
    ),
    None: Text(
        "患者还没有说明店员是否留在旁边。",
        "The patient has not said yet whether the assistant stays in the room.",
    ),
}


def walk_in_asking(viewer: Viewer, intake: IntakeCard) -> WalkInCard | None:
    """None: the viewer holds no screen of a site.

    Raises:
        NotFound: the intake is not the one of the walk-in whose screen it is.
    """
    if viewer.bound_to is None:
        return None
    walk_in = sites.bound_walk_in(viewer)
    if (intake.patient_id, intake.id) != (walk_in.patient_id, walk_in.intake_id):
        raise NotFound
    return walk_in


def check_waits(walk_in: WalkInCard | None) -> None:
    """Raises Conflict: one walk-in asks once."""
    if walk_in is not None and walk_in.state != "registered":
        raise Conflict("walk_in_over", _OVER)


def asking_of(patient: PatientCard, walk_in: WalkInCard | None) -> Asking:
    """An adult who sits before the screen asks in person, whosever account it is."""
    if walk_in is not None and not patient.is_minor:
        return Asking(role="self", relation="self", asker_id=patient.id)
    return people.asking_for(patient)


def begin_at_site(row: Consultation, at: datetime) -> None:
    """The site hears of the visit, and both sides read where the patient sits."""
    if row.walk_in_id is None:
        return
    site_services.note_asked(row.walk_in_id, row.pk, at=at)
    told = told_of_site(row.walk_in_id)
    assert told is not None  # of a walk-in
    name, kind = Text(**told["name"]), KINDS[told["kind"]]
    from_ = _FROM.filled(
        zh=f"{name.zh}（{kind.zh}）", en=f"{name.en} ({kind.en.lower()})", name=told["assistant"]
    )
    stays = STAYS[told["stays"]]
    text = Text(f"{from_.zh}{stays.zh}", f"{from_.en} {stays.en}")
    messages.post_card(row.pk, AT_SITE, text, stays=told["stays"])


def note_course(row: Consultation, *, before: str, at: datetime) -> None:
    """The site hears how a visit goes on, in the transaction of the step."""
    if row.walk_in_id is None or row.state == before:
        return
    if row.state in CONSULTATION.finals:
        site_services.note_ended(row.walk_in_id, ending=row.ending, at=at)
    elif row.state == "active":
        site_services.note_seen(row.walk_in_id, at=at)
    elif before == "active":
        site_services.note_returned(row.walk_in_id, at=at)
