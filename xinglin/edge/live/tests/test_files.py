"""Voice notes and PDFs ride as pictures do: named by id, only the sender's own, kept from then on."""

import asyncio

import pytest
from django.utils import timezone

from xinglin.care.consultation.messages import queries
from xinglin.edge.live.tests.cast import doctor, house_open, patient, stored, tab, thread
from xinglin.foundation.media.models import File, Transcript
from xinglin.kernel import ids

pytestmark = pytest.mark.django_db(transaction=True)


def file(owner, kind, **more):
    return File.objects.create(
        owner_id=owner.id, kind=kind, bytes=9, sha256=b"x", uploaded_at=timezone.now(), **more
    )


def sent(him, visit, kind, body):
    async def story():
        async with house_open(), tab(him) as phone:
            client_id = str(ids.new())
            frame = {"consultation": str(visit), "client_id": client_id, "kind": kind, "body": body}
            await phone.say("send", **frame)
            while (heard := await phone.hear())["op"] not in {"ack", "refused"}:
                pass
            return heard

    return asyncio.run(story())


@pytest.mark.parametrize("who", [patient, doctor])
def test_a_voice_note_and_a_document_are_stored_with_their_measures(who, settings):
    settings.TRANSCRIPT_GATEWAY = "demo"
    him, her = patient(), doctor()
    speaker = him if who is patient else her
    visit = thread(him, her)
    voice = file(speaker, "voice", ending="webm", milliseconds=3200)
    paper = file(speaker, "document", ending="pdf", name="a.pdf", pages=2)
    for kind, row in (("voice", voice), ("document", paper)):
        told = {f"{kind}_id": str(row.pk), "ms": 1, "name": "<b>"}
        assert sent(speaker, visit, kind, told)["op"] == "ack"
    bodies = [(message.kind, message.body) for message in queries.read(visit)]
    assert bodies == [
        ("voice", {"voice_id": str(voice.pk), "ms": 3200}),
        ("document", {"document_id": str(paper.pk), "name": "a.pdf", "pages": 2, "bytes": 9}),
    ]
    assert File.objects.filter(claimed_at=None).count() == 0
    assert Transcript.objects.get().file_id == voice.pk


def test_what_is_somebody_elses_or_of_another_kind_is_refused():
    him, her = patient(), doctor()
    visit = thread(him, her)
    foreign = file(her, "voice", ending="webm")
    picture = file(him, "picture")
    for kind, told in (
        ("voice", foreign.pk),
        ("voice", picture.pk),
        ("document", picture.pk),
        ("voice", "x"),
        ("document", ids.new()),
    ):
        refused = sent(him, visit, kind, {f"{kind}_id": str(told)})
        assert (refused["op"], refused["problem"]["code"]) == ("refused", "invalid")
    assert stored(visit) == []
