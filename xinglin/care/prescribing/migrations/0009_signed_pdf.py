"""The PDF of an effective prescription: made once. Those that are effective already get theirs."""

from django.db import migrations, models

ASK = """
insert into prescription_document (prescription_id, asked_at, due_at, tries, last_error, bytes, sha256)
select id, now(), now(), 0, '', 0, '' from prescription
where effective_at is not null and state <> 'voided'
"""

GUARD = """
create function guard_prescription_document() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' or old.made_at is not null
        or (new.prescription_id, new.asked_at) is distinct from (old.prescription_id, old.asked_at) then
        raise exception 'the document of a prescription is made once' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;

create trigger a_document_is_made_once before update or delete on prescription_document
    for each row execute function guard_prescription_document();
"""
NOT_GUARDED = """
drop trigger a_document_is_made_once on prescription_document;
drop function guard_prescription_document();
"""


class Migration(migrations.Migration):
    dependencies = [("prescribing", "0008_favourites")]

    operations = [
        migrations.CreateModel(
            name="PrescriptionDocument",
            fields=[
                (
                    "prescription",
                    models.OneToOneField(
                        on_delete=models.deletion.PROTECT,
                        primary_key=True,
                        related_name="document",
                        serialize=False,
                        to="prescribing.prescription",
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("due_at", models.DateTimeField(null=True)),
                ("tries", models.PositiveIntegerField(default=0)),
                ("last_error", models.CharField(blank=True, max_length=80)),
                ("made_at", models.DateTimeField(null=True)),
                ("bytes", models.PositiveIntegerField(default=0)),
                ("sha256", models.CharField(blank=True, max_length=64)),
            ],
            options={
                "db_table": "prescription_document",
                "indexes": [
                    models.Index(
                        condition=models.Q(("due_at__isnull", False)),
                        fields=["due_at"],
                        name="prescription_documents_due",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("due_at__isnull", False), ("made_at__isnull", True), ("sha256", "")
                            ),
                            models.Q(
                                ("due_at__isnull", True),
                                ("made_at__isnull", False),
                                models.Q(("sha256", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="a_document_is_made_whole_or_still_due",
                    )
                ],
            },
        ),
        migrations.RunSQL(GUARD, NOT_GUARDED),
        migrations.RunSQL(ASK, migrations.RunSQL.noop),
    ]
