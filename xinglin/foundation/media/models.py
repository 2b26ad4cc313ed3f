"""Pictures that people have uploaded; the bytes are files below `settings.FILES_DIR`."""

from typing import ClassVar

from django.db import models

from xinglin.kernel import ids


class Picture(models.Model):
    """The row is the truth: a file without a row belongs to an upload that did not commit."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    owner = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    bytes = models.PositiveIntegerField()
    sha256 = models.BinaryField()
    uploaded_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["owner", "uploaded_at"], name="pictures_of_a_day"),
        ]
