"""Sites, and who and what belongs to them. Of every secret only a hash is kept."""

from typing import ClassVar

from django.db import models

from xinglin.kernel import ids


class Site(models.Model):
    """`gateway_hash`: of the token by which the site's gateway sends; null: it has none."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    institution = models.ForeignKey("people.Institution", on_delete=models.PROTECT)
    code = models.CharField(max_length=32)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160)
    kind = models.CharField(max_length=16)
    address_zh = models.CharField(max_length=240, blank=True)
    address_en = models.CharField(max_length=300, blank=True)
    telephone = models.CharField(max_length=40, blank=True)
    division = models.CharField(max_length=6, blank=True)
    longitude = models.FloatField(null=True)
    latitude = models.FloatField(null=True)
    terminals = models.PositiveSmallIntegerField(default=1)
    hours = models.JSONField(default=dict)
    gateway_hash = models.BinaryField(null=True, unique=True)
    gateway_made_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["institution", "code"], name="a_site_code_is_one_site_of_a_house"
            ),
            models.CheckConstraint(
                name="a_site_is_of_a_known_kind",
                condition=models.Q(kind__in=["drugstore", "village_clinic"]),
            ),
            models.CheckConstraint(
                name="a_site_lies_on_the_earth",
                condition=models.Q(longitude__isnull=True, latitude__isnull=True)
                | models.Q(
                    longitude__gte=-180, longitude__lte=180, latitude__gte=-90, latitude__lte=90
                ),
            ),
        ]


class SiteStaff(models.Model):
    """An assistant works at one site at a time. `pin`: hashed; empty: none was set."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="staff")
    user_id = models.UUIDField()
    pin = models.CharField(max_length=200, blank=True)
    pin_set_at = models.DateTimeField(null=True)
    added_by = models.UUIDField()
    added_at = models.DateTimeField()
    removed_by = models.UUIDField(null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["user_id"],
                condition=models.Q(removed_at__isnull=True),
                name="an_assistant_works_at_one_site",
            ),
        ]


class SiteDoctor(models.Model):
    """A doctor whom a site is linked to: offered its patients first."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="doctors")
    practitioner = models.ForeignKey(
        "people.Practitioner", on_delete=models.PROTECT, related_name="+"
    )
    added_by = models.UUIDField()
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["site", "practitioner"],
                condition=models.Q(removed_at__isnull=True),
                name="a_doctor_is_linked_to_a_site_once",
            ),
        ]


class Enrolment(models.Model):
    """A code by which a browser becomes a device of the site. `uses_left`: it is good for one."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    code_index = models.BinaryField(unique=True)
    made_by = models.UUIDField()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    uses_left = models.PositiveSmallIntegerField(default=1)


class Device(models.Model):
    """An enrolled browser; the cookie is known by its hash."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="devices")
    label = models.CharField(max_length=60)
    cookie_hash = models.BinaryField(unique=True)
    enrolled_by = models.UUIDField()
    enrolled_at = models.DateTimeField()
    revoked_by = models.UUIDField(null=True)
    revoked_at = models.DateTimeField(null=True)


class StoreKey(models.Model):
    """What an assistant's captures on one device are sealed with; itself sealed by the key ring."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="+")
    user_id = models.UUIDField()
    key_sealed = models.BinaryField()
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["device", "user_id"], name="one_store_key_of_an_assistant_on_a_device"
            ),
        ]


class Instrument(models.Model):
    """`kind`: of `measures.MEASURES`, what it measures."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="instruments")
    serial = models.CharField(max_length=60)
    model = models.CharField(max_length=120)
    kind = models.CharField(max_length=24)
    added_by = models.UUIDField()
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["site", "serial"],
                condition=models.Q(removed_at__isnull=True),
                name="a_serial_is_one_instrument_of_a_site",
            ),
        ]
