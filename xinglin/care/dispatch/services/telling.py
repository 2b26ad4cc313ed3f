"""What a patient was told of the wait, kept to be held against what came."""

from uuid import UUID

from xinglin.care.dispatch.types import TellingNow
from xinglin.foundation.database import services as database

_TELL = """
    insert into dispatch_told_wait
        (consultation_id, institution_id, department, told_at, guess_s, told_s, low_s, high_s)
    values (%s, %s, %s, %s, %s, %s, %s, %s)
    on conflict (consultation_id) do nothing
"""
# Only of the department that was spoken of; the first doctor who accepts, whatever comes after.
_SETTLE = """
    update dispatch_told_wait t set accepted_at = greatest(t.told_at, taken.at)
    from (
        select min(accepted_at) as at from dispatch_offer
        where consultation_id = %(visit)s and accepted_at is not null
            and department = (
                select department from dispatch_told_wait where consultation_id = %(visit)s
            )
    ) taken
    where t.consultation_id = %(visit)s and t.accepted_at is null and taken.at is not null
"""
_FORGET = """
    delete from dispatch_told_wait
    where consultation_id = %s and department = %s and accepted_at is null
"""


def note_told_wait(telling: TellingNow) -> None:
    """The first word counts; what is told later leaves it as it is."""
    wait = telling.wait
    database.change(
        _TELL,
        [
            telling.consultation_id,
            telling.institution_id,
            telling.department,
            telling.at,
            wait.guess_s,
            wait.told_s,
            wait.low_s,
            wait.high_s,
        ],
    )


def settle_told_wait(consultation_id: UUID) -> None:
    """The first doctor who accepts, of the department that was spoken of, makes it true or not."""
    database.change(_SETTLE, {"visit": consultation_id})


def forget_told_wait(consultation_id: UUID, department: str) -> None:
    """It was about something else than what the patient waits for now."""
    database.change(_FORGET, [consultation_id, department])
