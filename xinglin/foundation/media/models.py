"""Files that people have uploaded; the bytes are files below `settings.FILES_DIR`."""

from typing import ClassVar

from django.db import models

from xinglin.kernel import ids


class File(models.Model):
    """The row is the truth: a file without a row belongs to an upload that did not commit.

    `sha256` is of what is kept (of a picture: its full size), `sent_sha256` of what was sent.
    `claimed_at`: since when something stands on it; the database then refuses to delete it for
    three years (R22).
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    owner = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, default="picture")
    name = models.CharField(max_length=120, blank=True)
    ending = models.CharField(max_length=8, default="jpg")
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    pages = models.PositiveIntegerField(default=0)
    milliseconds = models.PositiveIntegerField(default=0)
    bytes = models.PositiveIntegerField()
    sha256 = models.BinaryField()
    sent_sha256 = models.BinaryField(default=b"")
    uploaded_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["owner", "uploaded_at"], name="files_of_a_day"),
            models.Index(
                fields=["uploaded_at"],
                name="files_of_nobody",
                condition=models.Q(claimed_at__isnull=True),
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="a_file_is_of_a_known_kind",
                condition=models.Q(kind__in=["picture", "document", "voice", "sheet"]),
            ),
        ]


class Upload(models.Model):
    """A file on its way, in pieces. The sender chose the id, so that a repeated beginning is one."""

    id = models.UUIDField(primary_key=True)
    owner = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10)
    name = models.CharField(max_length=120, blank=True)
    bytes = models.PositiveIntegerField()
    sha256 = models.BinaryField(default=b"")
    offset = models.PositiveIntegerField(default=0)
    touched_at = models.DateTimeField(db_index=True)
    file = models.ForeignKey(File, null=True, on_delete=models.CASCADE, related_name="+")

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["owner"], name="uploads_on_their_way", condition=models.Q(file__isnull=True)
            ),
        ]


class Transcript(models.Model):
    """Beside a voice note, never instead of it. `by`: the gateway that made it."""

    file = models.OneToOneField(
        File, primary_key=True, on_delete=models.CASCADE, related_name="transcript"
    )
    text = models.TextField(blank=True)
    by = models.CharField(max_length=40, blank=True)
    locale = models.CharField(max_length=8)
    queued_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=80, blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["due_at"], name="transcripts_due", condition=models.Q(due_at__isnull=False)
            ),
        ]
