"""A visit may be asked of one doctor by name; it takes one of that doctor's places for a day."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0002_named_doctors"),
        ("consultation", "0007_guests"),
    ]

    operations = [
        migrations.AddField(
            model_name="consultation",
            name="named_practitioner",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="named_visits",
                to="people.practitioner",
            ),
        ),
        migrations.AddField(
            model_name="consultation",
            name="named_on",
            field=models.DateField(null=True),
        ),
        migrations.AddIndex(
            model_name="consultation",
            index=models.Index(
                condition=models.Q(("named_on__isnull", False)),
                fields=["named_practitioner", "named_on"],
                name="consultation_named",
            ),
        ),
        migrations.AddConstraint(
            model_name="consultation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("named_on__isnull", True), ("named_practitioner__isnull", True)),
                    models.Q(
                        ("named_on__isnull", False),
                        ("named_practitioner__isnull", False),
                        models.Q(
                            ("practitioner__isnull", True),
                            ("practitioner", models.F("named_practitioner")),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="a_named_visit_is_had_by_that_doctor",
            ),
        ),
    ]
