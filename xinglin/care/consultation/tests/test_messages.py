"""A thread is numbered without a gap and holds each message once, whoever writes at the same time."""

import threading

import pytest
from django.db import connection

from xinglin.care.consultation.messages import queries, services
from xinglin.care.consultation.tests.threads import post_batch, thread
from xinglin.foundation.accounts.types import SYSTEM_ID
from xinglin.kernel import ids
from xinglin.kernel.errors import Conflict, NotFound
from xinglin.kernel.text import Text


@pytest.mark.django_db(transaction=True)
def test_parallel_writers_leave_no_gap_and_no_double():
    holder, doctor = ids.new(), ids.new()
    visits = sorted(thread(holder, doctor) for _ in range(3))
    writers, rounds, errors = 12, 10, []
    start = threading.Barrier(writers)

    def write(number: int) -> None:
        try:
            start.wait()
            who = doctor if number % 2 else holder
            for turn in range(rounds):
                post_batch(*((v, who, ids.new(), f"{number}.{turn}") for v in visits))
                services.post(visits[number % 3], who, "text", {"text": "alone"})
        except Exception as error:  # noqa: BLE001  # told in the main thread
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(n,)) for n in range(writers)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert errors == []
    for visit in visits:
        found = queries.read(visit)
        assert [m.seq for m in found] == list(
            range(1, writers * rounds + writers * rounds // 3 + 1)
        )
        by_writer = [m.body["text"] for m in found if m.body["text"].startswith("5.")]
        assert by_writer == [f"5.{turn}" for turn in range(rounds)]
        assert queries.thread_facts(visit).last_seq == found[-1].seq


@pytest.mark.django_db
def test_a_message_sent_again_gets_its_old_number():
    holder = ids.new()
    visit, client_id = thread(holder), ids.new()
    one = (visit, holder, client_id, "一次")
    assert post_batch(one, (visit, holder, ids.new(), "二"), one) == [
        (1, False, None, "patient"),
        (2, False, None, "patient"),
        (1, True, None, "patient"),
    ]
    assert post_batch(one) == [(1, True, None, "patient")]
    services.close_thread(visit)
    assert post_batch(one) == [(1, True, None, "patient")], "it was written while this was allowed"
    assert [m.body["text"] for m in queries.read(visit)] == ["一次", "二"]


@pytest.mark.django_db
def test_the_client_id_of_another_person_is_taken():
    holder, doctor = ids.new(), ids.new()
    visit, client_id = thread(holder, doctor), ids.new()
    post_batch((visit, holder, client_id, "我的"))
    assert post_batch((visit, doctor, client_id, "我的")) == [
        (None, False, "client_id_taken", "doctor")
    ]


@pytest.mark.django_db
def test_only_the_parties_of_now_write():
    holder, doctor, former, stranger = (ids.new() for _ in range(4))
    visit = thread(holder, former)
    services.admit_doctor(visit, doctor)
    said = post_batch(
        (visit, holder, ids.new(), "1"),
        (visit, former, ids.new(), "2"),
        (visit, stranger, ids.new(), "3"),
        (visit, doctor, ids.new(), "4"),
        (ids.new(), holder, ids.new(), "no such thread"),
    )
    assert [(seq, refused) for seq, _, refused, _ in said] == [
        (1, None),
        (None, "not_found"),
        (None, "not_found"),
        (2, None),
        (None, "not_found"),
    ]
    with pytest.raises(NotFound):
        services.post(visit, stranger, "text", {"text": "3"})


@pytest.mark.django_db
def test_a_closed_thread_takes_only_cards_of_the_house():
    holder = ids.new()
    visit = thread(holder)
    services.close_thread(visit)
    assert post_batch((visit, holder, ids.new(), "还有"))[0][2] == "closed"
    with pytest.raises(Conflict):
        services.post(visit, holder, "text", {"text": "还有"})
    assert services.post_card(visit, "ended", Text("结束", "Ended")) == 1
    (card,) = queries.read(visit)
    assert (card.sender, card.sender_id, card.kind) == ("system", SYSTEM_ID, "card")
    assert card.body == {"card": "ended", "text": {"zh": "结束", "en": "Ended"}}


@pytest.mark.django_db
def test_the_thread_knows_who_spoke_last_and_a_new_doctor_has_not_spoken():
    holder, doctor, next_doctor = (ids.new() for _ in range(3))
    visit = thread(holder, doctor)
    post_batch((visit, holder, ids.new(), "1"), (visit, doctor, ids.new(), "2"))
    facts = queries.thread_facts(visit)
    assert facts.last_patient_at is not None
    assert facts.last_doctor_at is not None
    assert facts.last_patient_at < facts.last_doctor_at
    services.admit_doctor(visit, next_doctor)
    facts = queries.thread_facts(visit)
    assert (facts.doctor_user_id, facts.last_doctor_at) == (next_doctor, None)


@pytest.mark.django_db
def test_a_thread_is_read_in_pages_by_number():
    holder = ids.new()
    visit = thread(holder)
    post_batch(*((visit, holder, ids.new(), f"{n}") for n in range(1, 251)))
    first = queries.read(visit)
    assert [m.seq for m in first] == list(range(1, 201))
    assert [m.seq for m in queries.read(visit, since=200)] == list(range(201, 251))
    assert [m.seq for m in queries.read(visit, since=-5, limit=2)] == [1, 2]
    assert queries.read(ids.new()) == []
    with pytest.raises(NotFound):
        queries.thread_facts(ids.new())


@pytest.mark.django_db
def test_messages_lie_in_the_partition_of_their_month():
    holder = ids.new()
    visit = thread(holder)
    post_batch((visit, holder, ids.new(), "1"))
    with connection.cursor() as cursor:
        cursor.execute(
            "select tableoid::regclass::text = 'consultation_message_' || to_char(now() at time zone"
            " 'utc', 'YYYYMM') from consultation_message where consultation_id = %s",
            [visit],
        )
        assert cursor.fetchone()[0]


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["poem", ""])
def test_a_kind_that_does_not_exist_is_refused_by_the_table(kind):
    from django.db import IntegrityError

    holder = ids.new()
    visit = thread(holder)
    with pytest.raises(IntegrityError):
        services.post(visit, holder, kind, {"text": "x"})
