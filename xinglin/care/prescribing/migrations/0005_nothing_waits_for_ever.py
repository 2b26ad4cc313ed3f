"""What was escalated before this had no deadline: it has the end of its validity."""

from django.db import migrations

DUE = """
update prescription set due_at = expires_at, due_step = 'run_out'
where state = 'escalated' and due_at is null
"""


class Migration(migrations.Migration):
    dependencies = [("prescribing", "0004_pharmacist_identity")]

    operations = [migrations.RunSQL(DUE, migrations.RunSQL.noop)]
