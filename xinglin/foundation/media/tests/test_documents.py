"""A PDF is kept as it is when it is only to be read; what acts is refused."""

import pikepdf
import pytest

from xinglin.foundation.media import rules
from xinglin.foundation.media.rules import documents
from xinglin.foundation.media.tests import samples
from xinglin.foundation.media.tests.test_uploads import sender

__all__ = ["sender"]

NAME, ARRAY, DICT = pikepdf.Name, pikepdf.Array, pikepdf.Dictionary


def script():
    return DICT(S=NAME.JavaScript, JS=pikepdf.String("app.alert(1)"))


@pytest.fixture
def looked_at(tmp_path):
    def made(content: bytes) -> dict[str, object]:
        path = tmp_path / "some.pdf"
        path.write_bytes(content)
        return documents.inspect(str(path))

    return made


def test_pages_are_counted(looked_at):
    assert looked_at(samples.saved(samples.pdf(3))) == {"pages": 3}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("/OpenAction", script),
        ("/OpenAction", lambda: DICT(S=NAME.Launch, F=pikepdf.String("cmd.exe"))),
        ("/OpenAction", lambda: DICT(S=NAME.SubmitForm, F=pikepdf.String("http://evil.test"))),
        ("/AA", lambda: DICT(WC=script())),
        ("/Names", lambda: DICT(JavaScript=DICT(Names=ARRAY([pikepdf.String("a"), script()])))),
        ("/Names", lambda: DICT(EmbeddedFiles=DICT(Names=ARRAY([])))),
        ("/AcroForm", lambda: DICT(XFA=ARRAY([]), Fields=ARRAY([]))),
        ("/Deep", lambda: ARRAY([ARRAY([DICT(A=ARRAY([DICT(S=NAME.ImportData)]))])])),
    ],
)
def test_what_acts_is_refused(looked_at, key, value):
    assert looked_at(samples.pdf_with(key, value())) == {"refused": "acts"}


def test_what_acts_is_found_where_it_is_packed(looked_at):
    made = samples.pdf()
    made.Root["/OpenAction"] = made.make_indirect(script())
    packed = samples.saved(made, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    assert b"JavaScript" not in packed
    assert looked_at(packed) == {"refused": "acts"}


def test_an_address_to_follow_is_no_action_by_itself(looked_at):
    made = samples.pdf()
    note = DICT(Type=NAME.Annot, Subtype=NAME.Link, A=DICT(S=NAME.URI, URI=pikepdf.String("x:")))
    made.pages[0].obj["/Annots"] = ARRAY([made.make_indirect(note)])
    assert looked_at(samples.saved(made)) == {"pages": 1}


def test_a_password_is_refused_and_one_for_changes_only_is_not(looked_at):
    for user, found in (("secret", {"refused": "locked"}), ("", {"pages": 1})):
        lock = pikepdf.Encryption(owner="owner", user=user)
        assert looked_at(samples.saved(samples.pdf(), encryption=lock)) == found


def test_what_stands_before_or_after_a_pdf_is_refused(looked_at):
    """The polyglots: a page that calls itself a PDF further down, an archive hung on to one."""
    good = samples.saved(samples.pdf())
    for content in (b"<script>1</script>" + good, good + bytes(5000), b"", b"%PDF-1.7", b"MZ"):
        assert looked_at(content) == {"refused": "broken"}


def test_too_many_pages_are_refused(looked_at, monkeypatch):
    monkeypatch.setattr(documents, "MAX_PAGES", 3)
    assert looked_at(samples.saved(samples.pdf(4))) == {"refused": "too_long"}


def test_a_name_cannot_trick_an_eye_or_a_path():
    for told, kept in (
        ("化验单 2024.pdf", "化验单 2024.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\x\\report.PDF", "report.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe.pdf"),
        ("a\x00b\nc.pdf", "abc.pdf"),
        ("", "document.pdf"),
        ("长" * 300 + ".pdf", "长" * 116 + ".pdf"),
    ):
        assert rules.plain_name(told) == kept


@pytest.mark.django_db
def test_a_pdf_is_kept_as_it_is_and_handed_out_as_a_file(sender, client):
    sent = sender(samples.saved(samples.pdf(2)), "document", "../化验单.pdf")
    file = sent.all().json()["file"]
    assert (file["kind"], file["name"], file["pages"]) == ("document", "化验单.pdf", 2)
    shown = client.get(sent.client.get(f"/api/v1/media/{file['id']}")["Location"])
    assert b"".join(shown.streaming_content) == sent.content
    assert shown["Content-Type"] == "application/pdf"
    assert shown["Content-Disposition"].startswith("attachment")
    assert "sandbox" in shown["Content-Security-Policy"]


@pytest.mark.django_db
def test_a_bomb_ends_its_child_and_nothing_else(sender):
    """Half a gigabyte of nothing in an object stream, and many of them."""
    made = samples.pdf()
    for _ in range(6):
        made.make_indirect(pikepdf.Stream(made, bytes(300_000_000 // 6)))
    content = samples.saved(made, compress_streams=True)
    assert len(content) < rules.MAX_BYTES["document"]
    assert sender(content, "document").all().status_code in (200, 422)
