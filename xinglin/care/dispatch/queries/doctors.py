"""What the rows of practitioners say that their cards do not, read through the duty's own key."""

from uuid import UUID

from xinglin.care.dispatch.models import Duty


def fits_of(practitioner_id: UUID) -> dict[str, int]:
    """Department -> 1 own, 2 also serves."""
    rows = Duty.objects.filter(
        pk=practitioner_id, practitioner__departments__isnull=False
    ).values_list("practitioner__departments__department_id", "practitioner__departments__fit")
    return dict(rows)
