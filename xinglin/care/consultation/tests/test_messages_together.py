"""Many write into the same threads at once, twice and thrice; the order of things is that of one."""

import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import UUID

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from xinglin.care.consultation.messages import queries
from xinglin.care.consultation.tests.threads import (
    Answer,
    Send,
    another_line,
    change_thread,
    edit,
    make_older,
    post_batch,
    thread,
    withdrawal,
    words,
)
from xinglin.foundation.accounts.types import SYSTEM_ID
from xinglin.kernel import clock, ids

HOLDER, DOCTOR, STRANGER = ids.new(), ids.new(), ids.new()
WRITERS, ROUNDS, COPIES = 32, 8, 3
ROWS = """
    select seq, client_id, sender, kind, body, withdrawn from consultation_message
    where consultation_id = %s order by seq
"""
Said = list[tuple[Send, Answer]]


def rows(visit):
    with connection.cursor() as cursor:
        cursor.execute(ROWS, [visit])
        return cursor.fetchall()


def shared_sends(visits: list[UUID], chance: random.Random) -> list[list[list[Send]]]:
    """Batches by writer and round; of each send copies are in three, anybody's, even the same."""
    batches: list[list[list[Send]]] = [[[] for _ in range(ROUNDS)] for _ in range(WRITERS)]
    for number in range(WRITERS * ROUNDS * 2):
        each = words(chance.choice(visits), chance.choice((HOLDER, DOCTOR)), f"{number}")
        for _ in range(COPIES):
            chance.choice(chance.choice(batches)).append(each)
    return batches


def corrections(said: Said, chance: random.Random) -> Iterable[Send]:
    """Of what this batch was answered: some edited, some withdrawn, some both, each sent twice."""
    for send, (seq, _, refused, _) in said:
        if refused is None and len(send) == 4 and chance.random() < 0.3:
            how = chance.choice((edit, withdrawal))
            yield from [how(send[0], send[1], seq)] * 2


def write(batches: list[list[Send]], start: Barrier, seed: int) -> Said:
    chance = random.Random(seed)
    said: Said = []
    more: list[Send] = []
    with another_line() as line:
        start.wait(30)
        for batch in batches:
            sends = sorted((*batch, *more), key=lambda send: send[0])
            now = list(zip(sends, post_batch(*sends, line=line), strict=True))
            more = list(corrections(now, chance))
            said += now
        sends = sorted(more, key=lambda send: send[0])
        said += zip(sends, post_batch(*sends, line=line), strict=True)
    return said


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", range(3))
def test_thirty_two_writers_with_repeats_edits_and_withdrawals_make_one_order(seed):
    chance = random.Random(seed)
    visits = sorted(thread(HOLDER, DOCTOR) for _ in range(6))
    batches, start = shared_sends(visits, chance), Barrier(WRITERS)
    with ThreadPoolExecutor(WRITERS) as pool:
        told = pool.map(write, batches, [start] * WRITERS, range(WRITERS))
    said = [each for writer in told for each in writer]

    stored = {visit: rows(visit) for visit in visits}
    for visit, found in stored.items():
        assert [row[0] for row in found] == list(range(1, len(found) + 1))
        assert queries.thread_facts(visit).last_seq == len(found)
        assert len({row[1] for row in found}) == len(found)
        check_withdrawals(found)
    answered, first = defaultdict(set), Counter()
    for send, (seq, dup, refused, _) in said:
        assert refused in (None, "withdrawn"), refused
        if refused is None:
            answered[send[0], send[2]].add(seq)
            first[send[0], send[2]] += not dup
    assert answered == {(v, row[1]): {row[0]} for v, found in stored.items() for row in found}
    assert set(first.values()) == {1}, "new once, a repeat ever after"


def check_withdrawals(found):
    """A message is withdrawn once, and every edit of it goes along, whichever came first."""
    asked = Counter(row[4]["of"] for row in parsed(found) if row[3] == "withdrawal")
    assert asked
    assert set(asked.values()) == {1}
    for seq, _, _, kind, body, withdrawn in parsed(found):
        gone = seq in asked or (kind == "edit" and body["of"] in asked)
        assert withdrawn == gone


def parsed(found):
    return [(*row[:4], json.loads(row[4]), row[5]) for row in found]


# One send: thread, sender, which client id, kind and what it corrects. The first four numbers are
# there before; what the batch itself brings cannot be corrected by it, nobody knows its number yet.
a_send = st.tuples(
    st.integers(0, 1),
    st.sampled_from((HOLDER, DOCTOR, STRANGER, SYSTEM_ID)),
    st.integers(0, 5),
    st.sampled_from(("text", "picture", "edit", "withdrawal")),
    st.sampled_from((1, 2, 3, 4, 0, 1.5, "1", None)),
)
a_thread = st.fixed_dictionaries(
    {
        "max_turns": st.sampled_from((None, 1, 2)),
        "is_open": st.sampled_from((True, True, False)),
        "minutes_left": st.sampled_from((None, 60, -1)),
    }
)


def begin(shape) -> UUID:
    """1 an old text and 2 a fresh one of the patient, 3 a picture, 4 a text of the doctor.

    All within one turn, so that the four are there however few turns there are.
    """
    visit = thread(HOLDER, DOCTOR, max_turns=shape["max_turns"])
    post_batch(words(visit, HOLDER))
    make_older(visit, "3 minutes")
    post_batch(words(visit, HOLDER), (visit, HOLDER, ids.new(), "picture", {"picture_id": "1"}))
    post_batch(words(visit, DOCTOR))
    assert queries.thread_facts(visit).last_seq == 4
    change_thread(visit, "is_open", shape["is_open"])
    if shape["minutes_left"] is not None:
        change_thread(visit, "closes_at", clock.now() + timedelta(minutes=shape["minutes_left"]))
    return visit


def in_world(visits, clients, sends) -> list[Send]:
    made = []
    for where, sender, client, kind, of in sorted(sends, key=lambda send: send[0]):
        what = "card" if sender == SYSTEM_ID else kind
        made.append((visits[where], sender, clients[client], what, {"of": of, "text": "改"}))
    return made


@pytest.mark.django_db
@settings(max_examples=150, deadline=None)
@given(shapes=st.tuples(a_thread, a_thread), sends=st.lists(a_send, max_size=14))
def test_a_batch_is_the_same_as_its_sends_one_by_one(shapes, sends):
    clients = [ids.new() for _ in range(6)]
    one, other = ([begin(shape) for shape in shapes] for _ in range(2))
    at_once = post_batch(*in_world(one, clients, sends))
    singly = [post_batch(send)[0] for send in in_world(other, clients, sends)]
    assert at_once == singly
    for left, right in zip(one, other, strict=True):
        assert written(left, clients) == written(right, clients)
        assert of_thread(left) == of_thread(right)


def written(visit, clients):
    """All but the client ids of the four that were there before, which no two threads share."""
    return [(row[0], row[1] in clients and row[1], *row[2:]) for row in rows(visit)]


def of_thread(visit):
    facts = queries.thread_facts(visit)
    return facts.last_seq, facts.turns, facts.last_patient_at is None, facts.last_doctor_at is None
