"""What people were told, what of it goes out, their devices and choices, and the demo inbox.

Addresses, keys and texts with a code are sealed.
"""

from typing import ClassVar

from django.db import models

DELIVERY = "notices_delivery|sealed"  # what the sealed values are bound to
DEVICE = "notices_device|sealed"
INBOX = "notices_demomessage|sealed"

_STATES = ["pending", "held", "sent", "given_up", "suppressed"]


class Notice(models.Model):
    """`values`: whole numbers for the fields of the kind's text. `dedup`: told once."""

    id = models.UUIDField(primary_key=True)
    user_id = models.UUIDField()
    kind = models.CharField(max_length=40)
    values = models.JSONField(default=dict)
    link = models.CharField(max_length=200)
    dedup = models.CharField(max_length=120)
    at = models.DateTimeField()
    listed = models.BooleanField(default=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["user_id", "-id"], name="notices_of_person"),
            models.Index(
                fields=["user_id", "link"],
                name="notices_unread",
                condition=models.Q(read_at__isnull=True, listed=True),
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user_id", "dedup"], name="nobody_is_told_twice"),
        ]


class Device(models.Model):
    """A browser that takes pushes. `sealed` is JSON of `endpoint`, `p256dh` and `auth`.

    `session`: the mark of the sign-in that turned it on; it goes when that one is signed out.
    """

    id = models.UUIDField(primary_key=True)
    user_id = models.UUIDField()
    digest = models.BinaryField(unique=True)
    sealed = models.BinaryField()
    name = models.CharField(max_length=60)
    session = models.CharField(max_length=16)
    added_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["user_id", "-seen_at"], name="notices_devices_of_person"),
            models.Index(fields=["session"], name="notices_devices_of_session"),
        ]


class Delivery(models.Model):
    """One notice by one channel to one address or device.

    `sealed` is JSON of `to` and `values` of a code, and empty as soon as it is sent or given up;
    without it the address is the account's or the device's, looked up when it is sent.
    `due_at`: when the worker takes it up; null when nothing is left to do. `merged`: how many
    notices of the quiet hours it stands for.
    """

    id = models.UUIDField(primary_key=True)
    notice = models.ForeignKey(Notice, null=True, on_delete=models.CASCADE)
    user_id = models.UUIDField(null=True)
    device = models.ForeignKey(Device, null=True, on_delete=models.CASCADE)
    channel = models.CharField(max_length=8)
    template = models.CharField(max_length=40)
    locale = models.CharField(max_length=8)
    urgency = models.PositiveSmallIntegerField(default=0)
    sealed = models.BinaryField()
    state = models.CharField(max_length=12, default="pending")
    merged = models.PositiveSmallIntegerField(default=0)
    queued_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    useful_until = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=80, blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["channel", "urgency", "due_at"],
                name="notices_due",
                condition=models.Q(due_at__isnull=False),
            ),
            models.Index(
                fields=["user_id", "channel"],
                name="notices_held",
                condition=models.Q(state="held"),
            ),
            models.Index(fields=["queued_at"], name="notices_queued"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="a_delivery_has_a_state", condition=models.Q(state__in=_STATES)
            ),
            models.CheckConstraint(
                name="what_is_over_waits_no_more",
                condition=models.Q(state__in=["pending", "held"], due_at__isnull=False)
                | models.Q(state__in=["sent", "given_up", "suppressed"], due_at__isnull=True),
            ),
        ]


class Choice(models.Model):
    """What a person has chosen about notices; nobody without a row has chosen anything."""

    user_id = models.UUIDField(primary_key=True)
    quiet = models.BooleanField(default=True)
    quiet_from = models.TimeField()
    quiet_to = models.TimeField()
    zone = models.CharField(max_length=40)
    awaited_passes = models.BooleanField(default=True)
    choices = models.JSONField(default=dict)


class DemoMessage(models.Model):
    """What the demo gateway has "delivered"; `sealed` is JSON of everything."""

    id = models.UUIDField(primary_key=True)
    channel = models.CharField(max_length=8)
    sealed = models.BinaryField()
    at = models.DateTimeField(db_index=True)


class Wording(models.Model):
    """The house's own words for one kind of notice or code, in the place of the shipped ones.

    `revision` counts what became of it: two who write at once do not overwrite each other.
    """

    name = models.CharField(primary_key=True, max_length=40)
    zh = models.CharField(max_length=500)
    en = models.CharField(max_length=500)
    revision = models.PositiveIntegerField(default=1)
