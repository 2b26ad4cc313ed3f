"""What a site's devices say of themselves, when they were heard, and when a site was silent."""

from typing import ClassVar

from django.db import models

from xinglin.care.sites.models.sites import Device, Site
from xinglin.kernel import ids


class DeviceHealth(models.Model):
    """The newest heartbeat. Null: this device has none of it, or does not know.

    `pending`: captures that still wait on it. `version`: of the page that runs there.
    """

    device = models.OneToOneField(
        Device, on_delete=models.CASCADE, primary_key=True, related_name="health"
    )
    heard_at = models.DateTimeField()
    camera = models.BooleanField(null=True)
    microphone = models.BooleanField(null=True)
    printer = models.BooleanField(null=True)
    reader = models.BooleanField(null=True)
    pending = models.PositiveIntegerField(default=0)
    version = models.CharField(max_length=60, blank=True)

    class Meta:
        db_table = "sites_device_health"


class HeardSpan(models.Model):
    """From the first to the last heartbeat of a device without a longer pause."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="+")
    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="+")
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        db_table = "sites_heard_span"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["device", "-begins_at"], name="heard_of_device"),
            models.Index(fields=["site", "ends_at"], name="heard_of_site"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="a_span_ends_after_its_beginning",
                condition=models.Q(ends_at__gte=models.F("begins_at")),
            ),
        ]


class Silence(models.Model):
    """A site of which nothing was heard for too long in its hours.

    `since`: last heard, or opened. `over`: `heard` again, or `gone`: it has no device any more.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField()
    noted_at = models.DateTimeField()
    over_at = models.DateTimeField(null=True)
    over = models.CharField(max_length=8, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["site"],
                condition=models.Q(over_at__isnull=True),
                name="a_site_is_silent_once_at_a_time",
            ),
            models.CheckConstraint(
                name="a_silence_is_over_for_a_reason",
                condition=models.Q(over_at__isnull=True, over="")
                | models.Q(over_at__isnull=False, over__in=["gone", "heard"]),
            ),
        ]
