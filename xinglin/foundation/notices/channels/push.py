"""Web Push: encrypted for the device (RFC 8291), signed as this hospital (RFC 8292), sent (RFC 8030)."""

import base64
import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from functools import cache
from http import HTTPStatus
from typing import Final, cast

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from django.conf import settings
from webpush import WebPush, WebPushSubscription

from xinglin.foundation.accounts.services import unseal_text
from xinglin.foundation.notices import outgoing, rules
from xinglin.foundation.notices.models import DEVICE, Delivery, Device
from xinglin.foundation.notices.types import Message, UndeliveredError
from xinglin.kernel import clock

AT_ONCE = 8
# The push service sees how long a message is: all are as long as the longest.
_LENGTH: Final = 1024
_LONGEST_TTL_S: Final = 24 * 3600
_GONE: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
# Of the curve P-256: a private key is a number below it (FIPS 186-4, D.1.2.3).
_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def address_of(delivery: Delivery) -> str:
    device = delivery.device
    return unseal_text(device.sealed, DEVICE) if device else ""


def prepare(delivery: Delivery, message: Message) -> Callable[[], None]:
    del delivery
    keys = json.loads(message.to)
    endpoint: str = keys["endpoint"]
    subscription = WebPushSubscription.model_validate(
        {"endpoint": endpoint, "keys": {"p256dh": keys["p256dh"], "auth": keys["auth"]}}
    )
    ready = _author().get(_payload(message), subscription, subscriber=settings.PUSH_CONTACT)
    headers = {
        **cast("dict[str, str]", ready.headers),
        "ttl": str(_ttl_s(message, clock.now())),
        "urgency": "high" if message.urgent else "normal",
        # A later one on the same page takes its place while the device is away.
        "topic": base64.urlsafe_b64encode(hashlib.sha256(message.link.encode()).digest())[
            :24
        ].decode(),
        "content-type": "application/octet-stream",
    }
    body, at = ready.encrypted, clock.now()

    def deliver() -> None:
        answer = outgoing.post(endpoint, body, headers, also=settings.PUSH_ALSO)
        if answer.status in _GONE:
            raise UndeliveredError("gone", for_good=True)
        outgoing.check_taken(answer, at)

    return deliver


def gone(delivery: Delivery) -> None:
    """The browser has forgotten us, and so do we; what else waits for it goes with it."""
    if delivery.device is not None:
        Device.objects.filter(id=delivery.device.id).delete()


def public_key() -> str:
    """What a browser asks for (`applicationServerKey`), base64url of an uncompressed point."""
    point = _private_key().public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()


def _payload(message: Message) -> bytes:
    said = {
        "id": str(message.id),
        "title": rules.SENDER.spoken(message.locale),
        "body": message.text.spoken(message.locale),
        "link": message.link,
        "lang": "en" if message.locale.startswith("en") else "zh-CN",
    }
    return json.dumps(said, ensure_ascii=False).encode().ljust(_LENGTH)


def _ttl_s(message: Message, at: datetime) -> int:
    if message.useful_until is None:
        return _LONGEST_TTL_S
    return max(0, min(_LONGEST_TTL_S, int((message.useful_until - at).total_seconds())))


@cache
def _private_key() -> ec.EllipticCurvePrivateKey:
    number = int.from_bytes(settings.PUSH_KEY, "big") % (_ORDER - 1) + 1
    return ec.derive_private_key(number, ec.SECP256R1())


@cache
def _author() -> WebPush:
    private = _private_key()
    return WebPush(
        private_key=private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        public_key=private.public_key().public_bytes(
            Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
        ),
    )
