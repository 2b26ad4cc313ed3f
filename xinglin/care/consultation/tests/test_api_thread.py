"""The conversation over HTTP: pages of it, what is left of it, its pictures."""

from datetime import timedelta

from xinglin.care.consultation.messages import services as messages
from xinglin.care.consultation.tests import factories as make
from xinglin.care.consultation.tests.threads import change_thread, post_batch, withdrawal
from xinglin.kernel import clock

LEFT = ("turns_used", "max_turns", "closes_at")


def test_messages_are_read_from_a_number_on(cast, at_the_door):
    visit = make.active(cast.patient, cast.doctor)
    make.say(visit, cast.doctor, words="您好")
    found = at_the_door.patient.get(f"/consultations/{visit}/messages", since=3).json()
    [last] = found["messages"]
    assert (last["seq"], last["sender"], last["body"]) == (4, "doctor", {"text": "您好"})
    assert found["last_seq"] == 4
    assert set(last) == {
        "consultation_id",
        "seq",
        "client_id",
        "sender",
        "sender_id",
        "kind",
        "body",
        "at",
        "withdrawn",
    }


def test_messages_are_read_back_from_a_number_on(cast, at_the_door, django_assert_max_num_queries):
    visit = make.active(cast.patient, cast.doctor)
    for _ in range(5):
        make.say(visit, cast.doctor)
    path = f"/consultations/{visit}/messages"
    with django_assert_max_num_queries(12):
        newest = at_the_door.patient.get(path, before=2**31 - 1, limit=3).json()
    assert [m["seq"] for m in newest["messages"]] == [6, 7, 8]
    older = at_the_door.doctor.get(path, before=6, limit=200).json()
    assert [m["seq"] for m in older["messages"]] == [1, 2, 3, 4, 5]
    assert at_the_door.patient.get(path, before=1).json()["messages"] == []
    assert at_the_door.other_patient.get(path, before=6).status_code == 404


def test_both_sides_read_the_same_turns_and_time_left(cast, at_the_door):
    visit = make.active(cast.patient, cast.doctor)
    make.say(visit, cast.doctor)
    make.say(visit, cast.patient)
    mine, theirs = (
        [side.get(f"/consultations/{visit}").json()[name] for name in LEFT]
        for side in (at_the_door.patient, at_the_door.doctor)
    )
    assert mine == theirs
    assert (mine[:2], mine[2] is not None) == ([2, 20], True)


def test_a_picture_of_thread_or_intake_is_shown_to_the_parties(cast, at_the_door):
    told, sent = make.picture(cast.patient), make.picture(cast.doctor)
    visit = make.active(cast.patient, cast.doctor, picture_ids=[str(told)])
    messages.post(visit, cast.doctor.id, "picture", {"picture_id": str(sent)})
    for browser in (at_the_door.patient, at_the_door.doctor):
        for one in (told, sent):
            seen = browser.get(f"/consultations/{visit}/pictures/{one}", size="thumb")
            assert seen.status_code == 302
            assert seen["Location"].startswith("/files/")
    assert ("consultation.read_picture", cast.doctor.id) in make.audited(visit)


def test_a_picture_that_is_not_of_the_visit_is_not_shown(cast, at_the_door):
    visit = make.active(cast.patient, cast.doctor)
    private = make.picture(cast.patient)
    for browser in (at_the_door.patient, at_the_door.doctor):
        assert browser.get(f"/consultations/{visit}/pictures/{private}").status_code == 404


def test_a_withdrawn_picture_is_shown_to_nobody_even_if_the_intake_had_it(cast, at_the_door):
    told, kept = make.picture(cast.patient), make.picture(cast.patient)
    visit = make.active(cast.patient, cast.doctor, picture_ids=[str(told), str(kept)])
    sent = make.picture(cast.doctor)
    seq = messages.post(visit, cast.doctor.id, "picture", {"picture_id": str(sent)})
    post_batch(withdrawal(visit, cast.patient.id, 2), withdrawal(visit, cast.doctor.id, seq))
    for browser in (at_the_door.patient, at_the_door.doctor):
        for gone in (told, sent):
            assert browser.get(f"/consultations/{visit}/pictures/{gone}").status_code == 404
        assert browser.get(f"/consultations/{visit}/pictures/{kept}").status_code == 302
        listed = browser.get(f"/consultations/{visit}").json()["intake"]["picture_ids"]
        assert listed == [str(kept)]


def test_a_picture_sent_twice_is_shown_until_both_are_withdrawn(cast, at_the_door):
    visit, sent = make.active(cast.patient, cast.doctor), make.picture(cast.doctor)
    body = {"picture_id": str(sent)}
    twice = [messages.post(visit, cast.doctor.id, "picture", body) for _ in range(2)]
    for seq, status in zip(twice, (302, 404), strict=True):
        post_batch(withdrawal(visit, cast.doctor.id, seq))
        seen = at_the_door.patient.get(f"/consultations/{visit}/pictures/{sent}")
        assert seen.status_code == status


def may(browser, visit):
    return "write" in browser.get(f"/consultations/{visit}").json()["may"]


def test_writing_is_offered_while_there_are_turns(cast, at_the_door):
    visit = make.active(cast.patient, cast.doctor)
    change_thread(visit, "max_turns", 1)
    assert may(at_the_door.patient, visit), "the turn that has begun goes on"
    make.say(visit, cast.doctor)
    assert not may(at_the_door.patient, visit)
    assert may(at_the_door.doctor, visit)


def test_writing_is_offered_while_there_is_time(cast, at_the_door):
    visit = make.active(cast.patient, cast.doctor)
    change_thread(visit, "closes_at", clock.now() - timedelta(seconds=1))
    assert not may(at_the_door.patient, visit)
    assert not may(at_the_door.doctor, visit)
