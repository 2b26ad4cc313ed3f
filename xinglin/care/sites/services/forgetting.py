"""Erasing what was told and measured at a site and led to no visit, when its account has closed."""

from uuid import UUID

from django.db import transaction

from xinglin.care.sites.models import Observed, Reading, WalkIn


@transaction.atomic
def forget_walk_ins(holder_id: UUID) -> int:
    """Answers how many were emptied: complaint, pictures and readings go, the number of the day stays.

    What a visit stands on the law keeps with its record. Done again it does no harm.
    """
    rows = WalkIn.objects.filter(holder_id=holder_id, consultation_id__isnull=True)
    gone = list(rows.select_for_update().values_list("pk", flat=True))
    Reading.objects.filter(walk_in_id__in=gone).delete()
    Observed.objects.filter(walk_in_id__in=gone).delete()
    return WalkIn.objects.filter(pk__in=gone).update(complaint="", picture_ids=[], digest=b"")
