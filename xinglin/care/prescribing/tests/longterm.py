"""A long supply, and what its patient is asked, made by the services that real people use."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from xinglin.care.consultation.tests.factories import Person
from xinglin.care.prescribing.models import PrescriptionConsent
from xinglin.care.prescribing.services import consenting
from xinglin.care.prescribing.sheet import Told
from xinglin.care.prescribing.tests import rx
from xinglin.care.prescribing.tests.rx import Chain
from xinglin.kernel import clock

EVALUATION: Final = "血压控制平稳三个月，无不良反应，可继续原方案"
TOLD: Final = Told(
    long_term=True,
    stable=True,
    evaluated=True,
    evaluation=EVALUATION,
    first_issued_offline=True,
)


def written(chain: Chain, days: int = 30, **changed: Any) -> UUID:
    draft = rx.begun(chain)
    rx.save(chain, draft, rx.item(chain.product, days=days), **{"told": TOLD, **changed})
    return draft


def ask(chain: Chain, draft: UUID, *, at: datetime | None = None) -> UUID:
    return consenting.ask(
        chain.cast.doctor.viewer, draft, revision=rx.row(draft).revision, at=at or clock.now()
    )


def signed_answer(draft: UUID) -> dict[str, str]:
    """To the last question, as a page would send it."""
    seen = PrescriptionConsent.objects.filter(prescription=draft).order_by("-pk").first()
    return {"answer": "signed", "sheet_sha256": seen.sheet_sha256 if seen else ""}


def answer(
    chain: Chain,
    draft: UUID,
    said: str,
    *,
    by: Person | None = None,
    at: datetime | None = None,
    sha256: str = "",
) -> None:
    consenting.answer(
        (by or chain.cast.patient).viewer,
        draft,
        answer=said,
        sheet_sha256=sha256 or signed_answer(draft)["sheet_sha256"],
        at=at or clock.now(),
    )


def asked(chain: Chain, days: int = 30) -> UUID:
    draft = written(chain, days)
    ask(chain, draft)
    return draft


def signed_for(chain: Chain, days: int = 30) -> UUID:
    draft = asked(chain, days)
    answer(chain, draft, "signed")
    return draft
