"""Voice notes and documents in a thread; their sender may withdraw them as a picture."""

import importlib

from django.db import migrations

KINDS = """
alter table consultation_message drop constraint a_card_is_of_the_house;
alter table consultation_message add constraint a_card_is_of_the_house check (
    case sender when 'system' then kind = 'card'
    else kind in ('text', 'picture', 'voice', 'document', 'edit', 'withdrawal') end);
"""
FEWER_KINDS = """
alter table consultation_message drop constraint a_card_is_of_the_house;
alter table consultation_message add constraint a_card_is_of_the_house check (
    case sender when 'system' then kind = 'card'
    else kind in ('text', 'picture', 'edit', 'withdrawal') end) not valid;
"""
FORMER = importlib.import_module(f"{__package__}.0007_guests").CORRECTIONS
CORRECTIONS = FORMER.replace("('text', 'picture')", "('text', 'picture', 'voice', 'document')")


class Migration(migrations.Migration):
    dependencies = [("consultation", "0009_history_files")]

    operations = [
        migrations.RunSQL(KINDS, FEWER_KINDS),
        migrations.RunSQL(CORRECTIONS, FORMER),
    ]
