"""One exchange with somebody else's server, in time whatever that one does."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from xinglin.foundation.vendors import services
from xinglin.foundation.vendors.types import NoAnswerError

BODY = b"the body"
HEAD = b"HTTP/1.1 200 OK\r\nX-Said: by us\r\n"
_FOR_ALL = x509.KeyUsage(
    digital_signature=True,
    key_cert_sign=True,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    crl_sign=False,
    encipher_only=False,
    decipher_only=False,
)
Say = Callable[[socket.socket, threading.Event], None]


@contextmanager
def serving(say: Say, context: ssl.SSLContext | None = None) -> Iterator[tuple[int, list[bytes]]]:
    """The port of a server that reads one request and then says what it is told to; what it read."""
    over, read = threading.Event(), []

    def serve(server: socket.socket) -> None:
        try:
            line, _ = server.accept()
            with line, context.wrap_socket(line, server_side=True) if context else line as at:
                at.settimeout(5)
                said = b""
                while not said.endswith(BODY):
                    said += at.recv(65_536) or BODY  # whoever left says no more
                read.append(said)
                say(at, over)
        except OSError:
            return

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve, args=(server,), daemon=True)
        thread.start()
        try:
            yield server.getsockname()[1], read
        finally:
            over.set()
            with suppress(OSError):  # whom nobody called still listens
                server.shutdown(socket.SHUT_RDWR)
            thread.join(5)


@pytest.fixture(scope="module")
def paper(tmp_path_factory) -> Path:
    """A certificate of localhost with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(_FOR_ALL, critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("paper") / "both.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


@pytest.fixture
def secured(paper, monkeypatch) -> ssl.SSLContext:
    """Of a server whose certificate this process trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(paper))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(paper)
    return context


def plainly(line: socket.socket, _: threading.Event) -> None:
    line.sendall(HEAD + b"Content-Length: 5\r\n\r\nhello")


def dripping(head: bytes) -> Say:
    """A byte at a time, each well within the patience for one."""

    def say(line: socket.socket, over: threading.Event) -> None:
        line.sendall(HEAD + head + b"\r\n")
        while not over.wait(0.03):
            line.sendall(b"x")

    return say


def silent(_: socket.socket, over: threading.Event) -> None:
    over.wait(5)


def post(port: int, scheme: str = "http", *, within_s: float = 5.0, most_bytes: int = 100):
    url = f"{scheme}://localhost:{port}/compare?a=1"
    return services.post(url, BODY, {"X-Ours": "1"}, within_s=within_s, most_bytes=most_bytes)


def reason_of(port: int, scheme: str = "http", **more) -> str:
    with pytest.raises(NoAnswerError) as caught:
        post(port, scheme, **more)
    return caught.value.reason


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_it_says_what_it_is_asked_and_hears_the_answer(scheme, secured):
    with serving(plainly, secured if scheme == "https" else None) as (port, read):
        answer = post(port, scheme)
    assert (answer.status, answer.content, answer.headers["x-said"]) == (200, b"hello", "by us")
    assert read[0].startswith(b"POST /compare?a=1 HTTP/1.1\r\n")
    assert f"Host: localhost:{port}\r\n".encode() in read[0]


def test_an_answer_that_is_not_asked_for_is_not_read():
    with serving(plainly) as (port, _):
        assert post(port, most_bytes=0).content == b""
    with serving(plainly) as (port, _):
        assert reason_of(port, most_bytes=4) == "too_long"


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(
    "head", [b"Content-Length: 1000\r\n", b"Connection: close\r\n"], ids=["length", "no length"]
)
def test_one_that_drips_is_cut_off_in_time_and_is_no_answer(scheme, head, secured):
    began = time.monotonic()
    with serving(dripping(head), secured if scheme == "https" else None) as (port, _):
        # A busy machine must have begun to answer by then.
        reason = reason_of(port, scheme, within_s=1.0, most_bytes=1000)
    assert reason == "broken_off" or reason.startswith("no_answer_SSL")
    assert time.monotonic() - began < 2.6


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_one_that_says_nothing_is_left_in_time(scheme):
    """Over https not even a handshake."""
    with serving(silent) as (port, _):
        assert reason_of(port, scheme, within_s=0.3).startswith("no_answer_")


def test_whoever_shows_no_paper_that_we_trust_is_told_nothing(paper):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(paper)
    with serving(plainly, context) as (port, read):
        assert reason_of(port, "https") == "no_answer_SSLCertVerificationError"
    assert read == []


def test_the_addresses_are_looked_at_before_anything_is_said():
    class NotThereError(Exception):
        pass

    seen: list[str] = []

    def check(addresses) -> None:
        seen.extend(addresses)
        raise NotThereError

    with serving(plainly) as (port, read), pytest.raises(NotThereError):
        services.post(f"http://127.0.0.1:{port}/", b"", {}, within_s=5, check=check)
    assert (seen, read) == (["127.0.0.1"], [])


@pytest.mark.parametrize("url", ["", "vendor.example/x", "ftp://vendor.example/", "http://a:port/"])
def test_what_is_no_address_is_named_so(url):
    with pytest.raises(ValueError, match=r"address|[Pp]ort"):
        services.post(url, b"", {}, within_s=1)


def test_a_folder_knows_its_modules_by_name():
    from xinglin.foundation.signing import gateways

    known = services.gateways_in(gateways.__name__, gateways.__path__)
    assert set(known()) == {"local", "null", "x509"}
    assert known() is known()
