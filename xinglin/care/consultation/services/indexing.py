"""The index of conversations follows them: a closed one is entered once, and never again.

Its files are listed with it (`queries/history_files.py`): nothing is sent or withdrawn any more.
"""

import json
from collections import defaultdict
from uuid import UUID

from django.db import connection, transaction

from xinglin.care.consultation.messages import words
from xinglin.care.consultation.queries.history_files import KINDS
from xinglin.care.consultation.queries.search import texts_of

_AT_ONCE = 200
# Closed: nobody but the house writes now, and what it writes is not searched. The lock comes in a
# statement of its own; the next one sees every text that was written before the end.
_TAKE = """
    select consultation_id, holder_id, doctor_user_id from consultation_thread
    where not is_open and not is_indexed
    order by consultation_id limit %s for update skip locked
"""
_ENTER = """
    insert into consultation_search (consultation_id, parties, grams)
    select id, array_remove(array[holder, doctor], null), array(
        select jsonb_array_elements(grams)::integer)
    from jsonb_to_recordset(%s::jsonb) as told (id uuid, holder uuid, doctor uuid, grams jsonb)
    on conflict (consultation_id) do update
        set parties = excluded.parties, grams = excluded.grams
"""
_FILES = """
    insert into consultation_file
        (consultation_id, seq, holder_id, patient_id, kind, body, sender, at)
    select m.consultation_id, m.seq, c.holder_id, c.patient_id, m.kind, m.body, m.sender, m.at
    from consultation_message m join consultation_consultation c on c.id = m.consultation_id
    where m.consultation_id = any(%s) and m.kind = any(%s) and not m.withdrawn
    on conflict do nothing
"""
# Looked at afterwards, by itself (`services/repeating.py`).
_DUE = """
    insert into consultation_reply_due (consultation_id)
    select consultation_id from consultation_thread
    where consultation_id = any(%s) and doctor_user_id is not null
    on conflict do nothing
"""
_DONE = "update consultation_thread set is_indexed = true where consultation_id = any(%s)"


@transaction.atomic
def follow() -> int:
    """Enter the conversations that have ended since; how many they were.

    Locks: their threads. Two may do this at once: each takes others.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [_AT_ONCE])
        taken = cursor.fetchall()
        if not taken:
            return 0
        grams = _grams([consultation_id for consultation_id, _, _ in taken])
        told = [
            {
                "id": str(cid),
                "holder": str(holder),
                "doctor": doctor and str(doctor),
                "grams": grams[cid],
            }
            for cid, holder, doctor in taken
        ]
        cursor.execute(_ENTER, [json.dumps(told)])
        done = [consultation_id for consultation_id, _, _ in taken]
        cursor.execute(_FILES, [done, sorted(KINDS)])
        cursor.execute(_DUE, [done])
        cursor.execute(_DONE, [done])
    return len(taken)


def _grams(consultation_ids: list[UUID]) -> dict[UUID, list[int]]:
    texts: dict[UUID, list[str]] = defaultdict(list)
    for message in texts_of(consultation_ids):
        texts[message.consultation_id].append(message.body["text"])
    return {cid: words.grams(texts[cid]) for cid in consultation_ids}
