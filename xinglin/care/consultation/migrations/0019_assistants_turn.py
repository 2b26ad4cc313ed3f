"""What an assistant says is no reply of the doctor: no turn, no clock and no first reply follow from it."""

import importlib

from django.db import migrations

FORMER = importlib.import_module(f"{__package__}.0004_turns_marks_edits").POST_BATCH
_DOCTORS = "elsif sender = 'doctor' then"
assert FORMER.count(_DOCTORS) == 1
# The body of what an assistant writes says by whom (`edge/live/assistants.py`).
POST_BATCH = FORMER.replace(
    _DOCTORS,
    "elsif sender = 'doctor' and bodies[ord] #> '{by,assistant}' is null then",
).replace("create function", "create or replace function")


class Migration(migrations.Migration):
    dependencies = [("consultation", "0018_endings_and_referrals")]

    operations = [
        migrations.RunSQL(
            POST_BATCH, FORMER.replace("create function", "create or replace function")
        )
    ]
