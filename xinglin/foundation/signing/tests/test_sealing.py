"""A sealed document holds as it is, and with one byte changed, added or taken away it does not."""

import http.server
import io
import random
import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pikepdf
import pytest
from asn1crypto import algos, tsp, x509
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from xinglin.foundation.letters.services import as_pdf
from xinglin.foundation.letters.types import Letter, Section
from xinglin.foundation.signing.queries import documents, trust
from xinglin.foundation.signing.services import authorities, sealing
from xinglin.foundation.signing.types import Attachment
from xinglin.kernel.errors import Unavailable

AT = datetime(2026, 5, 1, 4, 0, 0, tzinfo=UTC)
STATEMENT = '{"诊断":"上呼吸道感染"}'.encode()
RANGE = re.compile(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)\]")


@pytest.fixture(scope="module")
def bare() -> bytes:
    return as_pdf(
        Letter(lang="zh", title="处方", house="杏林", sections=[Section("", [("一", "二")])])
    )


def seal(pdf: bytes, at: datetime = AT) -> bytes:
    kept = Attachment(
        name="statement.json", content=STATEMENT, media_type="application/json", about="x"
    )
    return sealing.sealed(pdf, [kept], reason="test", house="杏林", at=at)


@pytest.fixture(scope="module")
def made(bare) -> bytes:
    return seal(bare)


def fault(content: bytes, roots=()) -> str:
    try:
        documents.check(content, roots)
    except documents.ChangedError as error:
        return error.fault
    return ""


def roots() -> list[bytes]:
    return trust.certificates_in(authorities.roots_as_pem())


def test_a_sealed_document_holds_and_says_by_whom_and_when(made):
    found = documents.check(made, roots())
    assert found.at == AT
    assert "seal of the house" in trust.subject(found.sealer)
    assert "time stamps" in trust.subject(found.stamper)
    assert found.attachments == {"statement.json": STATEMENT}


def test_others_tools_find_it_whole(made):
    """PAdES with a time stamp, over the whole file, and no later change is allowed."""
    with pikepdf.open(io.BytesIO(made)) as pdf:
        assert pdf.attachments["statement.json"].get_file().read_bytes() == STATEMENT
    (found,) = PdfFileReader(io.BytesIO(made)).embedded_signatures
    assert found.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    root = x509.Certificate.load(roots()[0])
    known = [ValidationContext(trust_roots=[root], moment=AT) for _ in range(2)]
    status = validate_pdf_signature(found, *known)
    assert status.bottom_line
    assert status.docmdp_ok
    assert status.timestamp_validity.timestamp == AT


def test_one_changed_byte_anywhere_is_found(made):
    chosen = random.Random(8)  # the same places each time
    for place in chosen.sample(range(len(made)), 200):
        changed = bytearray(made)
        changed[place] ^= 1 << chosen.randrange(8)
        assert fault(bytes(changed)), place


def test_no_byte_of_the_seal_itself_is_free(made):
    """Not even the case of a letter in a name, which comparing names would pass over."""
    _, until, again, _ = (int(each) for each in RANGE.search(made).groups())
    filled = bytes.fromhex(made[until + 1 : again - 1].decode())
    used = len(filled.rstrip(b"\0"))
    letters = [at for at in range(used) if filled[at : at + 1].isalpha()]
    chosen = random.Random(9)  # the same
    for place in [0, 1, 2, 3, used, len(filled) - 1, *chosen.sample(letters, 120)]:
        changed = bytearray(filled)
        changed[place] ^= 0x20
        told = made[: until + 1] + changed.hex().upper().encode() + made[again - 1 :]
        assert fault(told), place


def later(made: bytes) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(made))
    writer.root["/Lang"] = generic.pdf_string("en")
    writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "change",
    [
        lambda made: made + b"\n",
        lambda made: made + b"%%EOF",
        lambda made: b" " + made,
        lambda made: made[:-1],
        lambda made: made[:-200],
        lambda made: b"",
        lambda made: b"%PDF-1.7\n%%EOF",
        later,
        lambda made: made.replace(b"/ByteRange [0 ", b"/ByteRange [1 "),
        # Written in small letters it would say the same to most.
        lambda made: (
            made[: (gap := RANGE.search(made)) and int(gap[2])]
            + made[int(gap[2]) : int(gap[3])].lower()
            + made[int(gap[3]) :]
        ),
    ],
)
def test_what_is_added_taken_away_or_written_otherwise_is_found(made, change):
    assert fault(change(made))


def test_a_document_without_a_seal_is_none(bare):
    assert fault(bare) == "seals"


def test_another_installations_seal_is_not_trusted_by_ours(made, bare, settings):
    ours = roots()
    settings.SIGNING_KEY = bytes(32)
    theirs = seal(bare)
    assert fault(theirs) == ""
    assert fault(theirs, ours) == "trust"
    assert fault(made, ours) == ""


def test_it_holds_when_the_certificate_of_its_year_is_long_over(bare):
    assert fault(seal(bare, datetime(2021, 2, 3, tzinfo=UTC)), roots()) == ""


def asked(digest: bytes = bytes(32)) -> bytes:
    imprint = tsp.MessageImprint(
        {
            "hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}),
            "hashed_message": digest,
        }
    )
    request = {"version": "v1", "message_imprint": imprint, "nonce": 7, "cert_req": True}
    return tsp.TimeStampReq(request).dump()


@pytest.fixture
def authority(settings) -> Iterator[None]:
    """One of the demonstration, asked over the line."""

    class Answers(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            assert self.headers["Content-Type"] == "application/timestamp-query"
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answer = authorities.known_stamps()["demo"].answer(body, AT)
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_args):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        settings.STAMP_URL = f"http://127.0.0.1:{server.server_port}/"
        yield
        server.shutdown()
        thread.join()


@pytest.mark.usefixtures("authority")
@pytest.mark.parametrize("name", sorted(authorities.known_stamps()))
def test_a_time_stamp_is_of_what_was_asked_or_there_is_none(name):
    gateway = authorities.known_stamps()[name]
    if name == "null":
        with pytest.raises(Unavailable):
            gateway.answer(asked(), AT)
        return
    told = tsp.TimeStampResp.load(gateway.answer(asked(b"\7" * 32), AT))
    content = told["time_stamp_token"]["content"]["encap_content_info"]["content"].parsed
    assert content["message_imprint"]["hashed_message"].native == b"\7" * 32
    assert (content["nonce"].native, content["gen_time"].native) == (7, AT)


@pytest.mark.usefixtures("authority")
def test_a_seal_with_the_time_of_an_authority_over_the_line_holds(bare, settings):
    settings.STAMP_GATEWAY = "rfc3161"
    assert fault(seal(bare), roots()) == ""


@pytest.mark.parametrize("name", sorted(authorities.known_seals()))
def test_a_seal_is_sealed_or_refuses(name, bare, settings):
    settings.SEAL_GATEWAY = name
    if name == "null":
        with pytest.raises(Unavailable):
            seal(bare)
    else:
        assert fault(seal(bare)) == ""


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", ""])
def test_an_authority_that_does_not_answer_leaves_no_half_sealed_document(bare, settings, url):
    settings.STAMP_GATEWAY, settings.STAMP_URL = "rfc3161", url
    with pytest.raises(Unavailable):
        seal(bare)
