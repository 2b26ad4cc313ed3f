"""Pictures become files of three kinds; uploads in pieces; transcripts; and what is kept stays kept."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# R22: chats, audio and video for at least three years. The rule decides in `policy`; this is the
# second wall, also against a hand at the console.
KEPT = """
create function refuse_to_lose_files() returns trigger language plpgsql as $$
begin
    if old.claimed_at > now() - interval '3 years' then
        raise exception 'file % is kept for three years (R22)', old.id
            using errcode = 'restrict_violation';
    end if;
    return old;
end $$;
create trigger a_claimed_file_is_kept before delete on media_file
    for each row execute function refuse_to_lose_files();
"""
NOT_KEPT = """
drop trigger a_claimed_file_is_kept on media_file;
drop function refuse_to_lose_files();
"""
# Nobody noted until now what stands on a picture: all of them stay.
CLAIM_ALL = "update media_file set claimed_at = uploaded_at, sent_sha256 = sha256"


class Migration(migrations.Migration):
    dependencies = [
        ("media", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RenameModel("Picture", "File"),
        migrations.RenameIndex("File", new_name="files_of_a_day", old_name="pictures_of_a_day"),
        migrations.AddField("File", "kind", models.CharField(default="picture", max_length=10)),
        migrations.AddField("File", "name", models.CharField(blank=True, max_length=120)),
        migrations.AddField("File", "ending", models.CharField(default="jpg", max_length=8)),
        migrations.AlterField("File", "width", models.PositiveIntegerField(default=0)),
        migrations.AlterField("File", "height", models.PositiveIntegerField(default=0)),
        migrations.AddField("File", "pages", models.PositiveIntegerField(default=0)),
        migrations.AddField("File", "milliseconds", models.PositiveIntegerField(default=0)),
        migrations.AddField("File", "sent_sha256", models.BinaryField(default=b"")),
        migrations.AddField("File", "claimed_at", models.DateTimeField(null=True)),
        migrations.RunSQL(CLAIM_ALL, migrations.RunSQL.noop),
        migrations.AddIndex(
            "File",
            models.Index(
                fields=["uploaded_at"],
                name="files_of_nobody",
                condition=models.Q(claimed_at__isnull=True),
            ),
        ),
        migrations.AddConstraint(
            "File",
            models.CheckConstraint(
                name="a_file_is_of_a_known_kind",
                condition=models.Q(kind__in=["picture", "document", "voice"]),
            ),
        ),
        migrations.RunSQL(KEPT, NOT_KEPT),
        migrations.CreateModel(
            name="Upload",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("kind", models.CharField(max_length=10)),
                ("name", models.CharField(blank=True, max_length=120)),
                ("bytes", models.PositiveIntegerField()),
                ("sha256", models.BinaryField(default=b"")),
                ("offset", models.PositiveIntegerField(default=0)),
                ("touched_at", models.DateTimeField(db_index=True)),
                (
                    "file",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="media.file",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("file__isnull", True)),
                        fields=["owner"],
                        name="uploads_on_their_way",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Transcript",
            fields=[
                (
                    "file",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="transcript",
                        serialize=False,
                        to="media.file",
                    ),
                ),
                ("text", models.TextField(blank=True)),
                ("by", models.CharField(blank=True, max_length=40)),
                ("locale", models.CharField(max_length=8)),
                ("queued_at", models.DateTimeField()),
                ("due_at", models.DateTimeField(null=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("made_at", models.DateTimeField(null=True)),
                ("last_error", models.CharField(blank=True, max_length=80)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("due_at__isnull", False)),
                        fields=["due_at"],
                        name="transcripts_due",
                    )
                ],
            },
        ),
    ]
