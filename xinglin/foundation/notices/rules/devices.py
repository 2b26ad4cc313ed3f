"""What a push subscription may be: the endpoint is a foreign address that we shall call. Pure."""

import base64
import binascii
import hashlib
from collections.abc import Collection
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec

from xinglin.kernel.errors import FieldError, Invalid
from xinglin.kernel.text import Text

MOST_DEVICES: Final = 10  # of one person; the one not seen for longest makes room
LONGEST_ENDPOINT: Final = 1000
LONGEST_NAME: Final = 60
_HTTPS_PORT: Final = 443
_AUTH_BYTES: Final = 16
_BAD_ENDPOINT = Text(
    "这个推送地址不能使用：必须是公网的https地址。请在浏览器里重新打开通知。",
    "This push address cannot be used: it must be a public https address."
    " Please turn notifications on again in your browser.",
)
_BAD_KEY = Text(
    "推送密钥不正确，请重新打开通知。", "This push key is wrong; turn notifications on again."
)


def check(endpoint: str, p256dh: str, auth: str, *, also: Collection[str]) -> None:
    """Args: also: origins that are allowed all the same (`http://127.0.0.1:9`), for tests.

    Raises: Invalid.
    """
    wrong = [] if may_call(endpoint, also=also) else [FieldError("endpoint", _BAD_ENDPOINT)]
    if not _is_point(p256dh):
        wrong.append(FieldError("p256dh", _BAD_KEY))
    if len(_bytes(auth)) != _AUTH_BYTES:
        wrong.append(FieldError("auth", _BAD_KEY))
    if wrong:
        raise Invalid(*wrong)


def may_call(endpoint: str, *, also: Collection[str]) -> bool:
    """By its form alone; whose address the name has is asked when it is called."""
    try:
        parts = urlsplit(endpoint)
        port, host = parts.port, parts.hostname or ""
    except ValueError:
        return False
    if not endpoint.isascii() or not endpoint.isprintable() or " " in endpoint:
        return False
    if len(endpoint) > LONGEST_ENDPOINT or parts.username is not None or parts.fragment:
        return False
    if f"{parts.scheme}://{parts.netloc}" in also:
        return True
    return parts.scheme == "https" and port in {None, _HTTPS_PORT} and _is_public_name(host)


def _is_public_name(host: str) -> bool:
    try:
        return is_public(ip_address(host))
    except ValueError:
        pass
    labels = host.split(".")
    # A name whose last label is a number may be an address in another dress (127.1, 0x7f.1).
    odd = labels[-1][:1].isdigit() or labels[-1] in {"localhost", "local", "internal", "lan", ""}
    return len(labels) > 1 and not odd


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether anybody on the internet could be meant. An IPv4 address within IPv6 counts as itself."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast and not address.is_reserved


def digest(endpoint: str) -> bytes:
    return hashlib.sha256(endpoint.encode()).digest()


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""


def _is_point(text: str) -> bool:
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _bytes(text))
    except ValueError:
        return False
    return True
