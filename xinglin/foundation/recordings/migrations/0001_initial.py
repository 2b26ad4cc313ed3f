"""Recordings, their segments and chunks, and what the database itself refuses."""

import django.db.models.deletion
from django.db import migrations, models

import xinglin.kernel.ids

# R22: audio and video for at least three years. The rule decides in `policy`; this is the second wall,
# also against a hand at the console. And what was received stays as it was received.
KEPT = """
create function refuse_to_lose_recordings() returns trigger language plpgsql as $$
declare
    since timestamptz;
begin
    if tg_table_name = 'recordings_recording' then
        since := coalesce(old.ended_at, old.opened_at);
    elsif tg_table_name = 'recordings_segment' then
        since := old.last_at;
    else
        since := old.received_at;
    end if;
    if since > now() - interval '3 years' then
        raise exception '% % is kept for three years (R22)', tg_table_name, old.id
            using errcode = 'restrict_violation';
    end if;
    return old;
end $$;
create trigger a_recording_is_kept before delete on recordings_recording
    for each row execute function refuse_to_lose_recordings();
create trigger a_segment_is_kept before delete on recordings_segment
    for each row execute function refuse_to_lose_recordings();
create trigger a_chunk_is_kept before delete on recordings_chunk
    for each row execute function refuse_to_lose_recordings();

create function refuse_to_alter_chunks() returns trigger language plpgsql as $$
begin
    raise exception 'a chunk stays as it was received' using errcode = 'restrict_violation';
end $$;
create trigger a_chunk_is_never_altered before update on recordings_chunk
    for each row execute function refuse_to_alter_chunks();

create function refuse_to_alter_segments() returns trigger language plpgsql as $$
begin
    raise exception 'segment % has ended with its tip', old.id
        using errcode = 'restrict_violation';
end $$;
create trigger a_closed_segment_stays before update on recordings_segment
    for each row when (
        old.state = 'closed' and (new.state, new.chunks, new.bytes, new.chain, new.recording_id)
        is distinct from (old.state, old.chunks, old.bytes, old.chain, old.recording_id)
    ) execute function refuse_to_alter_segments();
"""
NOT_KEPT = """
drop trigger a_closed_segment_stays on recordings_segment;
drop trigger a_chunk_is_never_altered on recordings_chunk;
drop trigger a_chunk_is_kept on recordings_chunk;
drop trigger a_segment_is_kept on recordings_segment;
drop trigger a_recording_is_kept on recordings_recording;
drop function refuse_to_alter_segments();
drop function refuse_to_alter_chunks();
drop function refuse_to_lose_recordings();
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Recording",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("place", models.CharField(max_length=40)),
                ("subject_id", models.UUIDField()),
                ("key", models.BinaryField()),
                ("state", models.CharField(default="keeping", max_length=8)),
                ("opened_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("due_at", models.DateTimeField(null=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("last_error", models.CharField(blank=True, max_length=80)),
                ("lost_at", models.DateTimeField(null=True)),
                ("wanted", models.JSONField(default=list)),
                ("gaps", models.JSONField(default=list)),
                ("made_at", models.DateTimeField(null=True)),
                ("zero_at", models.DateTimeField(null=True)),
                ("container", models.CharField(blank=True, max_length=8)),
                ("tracks", models.JSONField(default=list)),
                ("milliseconds", models.PositiveIntegerField(default=0)),
                ("bytes", models.PositiveBigIntegerField(default=0)),
                ("sha256", models.BinaryField(default=b"")),
                ("checked_at", models.DateTimeField(null=True)),
                ("faults", models.PositiveIntegerField(default=0)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("due_at__isnull", False)),
                        fields=["due_at"],
                        name="recordings_due",
                    ),
                    models.Index(fields=["ended_at"], name="recordings_by_end"),
                    models.Index(fields=["checked_at"], name="recordings_by_check"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("bytes__gt", 0), ("made_at__isnull", False), ("state", "made")
                            ),
                            ("state__in", ["keeping", "making", "failed"]),
                            _connector="OR",
                        ),
                        name="a_recording_is_made_whole_or_not",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Segment",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("seat_id", models.UUIDField()),
                ("person_id", models.UUIDField()),
                ("of_seat_id", models.UUIDField()),
                ("of_person_id", models.UUIDField()),
                ("of_role", models.CharField(max_length=12)),
                ("mime", models.CharField(max_length=80)),
                ("began_at", models.DateTimeField()),
                ("received_at", models.DateTimeField()),
                ("skew_ms", models.IntegerField(default=0)),
                ("ended_at", models.DateTimeField(null=True)),
                ("last_at", models.DateTimeField()),
                ("chunks", models.PositiveIntegerField(default=0)),
                ("bytes", models.PositiveBigIntegerField(default=0)),
                ("chain", models.BinaryField()),
                ("state", models.CharField(default="open", max_length=6)),
                ("milliseconds", models.PositiveIntegerField(default=0)),
                ("is_left_out", models.BooleanField(default=False)),
                (
                    "recording",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="segments",
                        to="recordings.recording",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Chunk",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("seq", models.PositiveIntegerField()),
                ("sha256", models.BinaryField()),
                ("chain", models.BinaryField()),
                ("bytes", models.PositiveIntegerField()),
                ("began_ms", models.PositiveIntegerField()),
                ("received_at", models.DateTimeField()),
                (
                    "segment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="recordings.segment",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="View",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=xinglin.kernel.ids.new,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("person_id", models.UUIDField()),
                ("purpose", models.CharField(max_length=20)),
                ("asked_at", models.DateTimeField()),
                ("opened_at", models.DateTimeField(null=True)),
                (
                    "recording",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="recordings.recording",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="segment",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["open", "closed", "lost"])),
                name="a_segment_is_open_closed_or_lost",
            ),
        ),
        migrations.AddConstraint(
            model_name="chunk",
            constraint=models.UniqueConstraint(
                fields=("segment", "seq"), name="a_chunk_is_there_once"
            ),
        ),
        migrations.RunSQL(KEPT, NOT_KEPT),
    ]
