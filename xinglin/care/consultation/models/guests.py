"""Links to one visit, and who came by them."""

from typing import ClassVar

from django.db import models

from xinglin.care.consultation.models.visits import Consultation
from xinglin.kernel import ids


class JoinLink(models.Model):
    """Lets one more person, or one more device of the patient, into one visit (A10).

    The token itself is nowhere: `token_hash` is SHA-256 of its 256 bits. `for_whom` is a key of
    `rules.GUEST_RELATIONS`; the name is sealed.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    consultation = models.ForeignKey(
        Consultation, on_delete=models.PROTECT, related_name="join_links"
    )
    made_by = models.UUIDField()
    made_as = models.CharField(max_length=8)
    for_whom = models.CharField(max_length=16)
    name_sealed = models.BinaryField()
    token_hash = models.BinaryField(unique=True)
    sees_earlier = models.BooleanField(default=False)
    may_write = models.BooleanField(default=True)
    by_sms = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "consultation_join_link"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="a_side_of_the_visit_invites",
                condition=models.Q(made_as__in=["patient", "doctor"]),
            ),
            models.CheckConstraint(
                name="a_doctor_shows_nothing_said_before",
                condition=~models.Q(made_as="doctor") | models.Q(sees_earlier=False),
            ),
        ]


class Guest(models.Model):
    """One device that came in by a link: no account, no session, one visit.

    Sees messages after `from_seq`. `cookie_hash`: SHA-256 of the cookie; `device`: named by the
    browser itself, so that coming in twice is coming in once.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    link = models.ForeignKey(JoinLink, on_delete=models.PROTECT, related_name="guests")
    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="guests")
    device = models.UUIDField()
    cookie_hash = models.BinaryField(unique=True)
    name_sealed = models.BinaryField()
    from_seq = models.PositiveIntegerField()
    agreed_version = models.CharField(max_length=32)
    entered_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "consultation_guest"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["link", "device"], name="a_device_comes_in_once"),
        ]
