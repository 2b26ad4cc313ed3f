"""What the patient of a visit was told who was not looking."""

from django.db import migrations

TOLD = """
create table consultation_told (
    consultation_id uuid primary key,
    seq integer not null,
    at timestamptz,
    ending_due timestamptz
);
"""


class Migration(migrations.Migration):
    dependencies = [("consultation", "0012_proofs")]

    operations = [migrations.RunSQL(TOLD, "drop table consultation_told")]
