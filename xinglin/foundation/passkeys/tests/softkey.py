"""A passkey in software, as a browser hands its answers on; every part of them can be made wrong."""

import hashlib
import os
from dataclasses import dataclass, field
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import (
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

ORIGIN = "http://localhost:8000"
FLAG = AuthenticatorData.FLAG


FROM_ELSEWHERE = pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://localhost:9999"},
        {"origin": "http://ward.localhost:8000"},
        {"host": "evil.example"},
        {"verified": False},
    ],
    ids=["origin", "port", "subdomain", "host", "unverified"],
)


@dataclass
class SoftKey:
    """`counter`: how often it has signed; synchronised keys leave it at 0, which `counts` says."""

    counts: bool = True
    counter: int = 0
    origin: str = ORIGIN
    host: str = "localhost"
    verified: bool = True
    owner: str = ""
    id: bytes = field(default_factory=lambda: os.urandom(16))
    secret: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        """`options`: the `publicKey` of creation; the key is of that person from now on."""
        self.owner = options["user"]["id"]
        public = ES256.from_cryptography_key(self.secret.public_key())
        held = AttestedCredentialData.create(b"\0" * 16, self.id, public)
        data = AuthenticatorData.create(self._host(), self._flags() | FLAG.AT, self._count(), held)
        attested = AttestationObject.create("none", data, {})
        client = CollectedClientData.create("webauthn.create", options["challenge"], self.origin)
        return self._answer(
            {
                "clientDataJSON": websafe_encode(client),
                "attestationObject": websafe_encode(attested),
            }
        )

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        """`options`: the `publicKey` of a request."""
        client = CollectedClientData.create("webauthn.get", options["challenge"], self.origin)
        data = AuthenticatorData.create(self._host(), self._flags(), self._count())
        signature = self.secret.sign(data + client.hash, ec.ECDSA(hashes.SHA256()))
        return self._answer(
            {
                "clientDataJSON": websafe_encode(client),
                "authenticatorData": websafe_encode(data),
                "signature": websafe_encode(signature),
                "userHandle": self.owner,
            }
        )

    def _answer(self, response: dict[str, Any]) -> dict[str, Any]:
        name = websafe_encode(self.id)
        return {
            "id": name,
            "rawId": name,
            "type": "public-key",
            "response": response,
            "clientExtensionResults": {"credProps": {"rk": True}},
        }

    def _host(self) -> bytes:
        return hashlib.sha256(self.host.encode()).digest()

    def _flags(self) -> Any:
        return FLAG.UP | FLAG.UV if self.verified else FLAG.UP

    def _count(self) -> int:
        self.counter += self.counts
        return self.counter
