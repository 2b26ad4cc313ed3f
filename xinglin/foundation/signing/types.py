"""What a signature is, and a sealed document."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """`sha256` (hex) is of the statement; `key_id` names the key and with it who signed.

    `certificates`: DER, the signer's first; none where the gateway has none.
    """

    algorithm: str
    key_id: str
    value: bytes
    sha256: str
    certificates: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file inside a document. `about`: one line, for who finds it there."""

    name: str
    content: bytes
    media_type: str
    about: str
