"""Sealing of columns with the key ring of this installation: its only readers are here."""

from django.conf import settings

from xinglin.kernel import seal


def seal_text(plain: str, context: str) -> bytes:
    """`context` is `table|column`; a value moved to another column does not open."""
    return seal.seal(plain, context, settings.KEY_RING)


def unseal_text(sealed: bytes | memoryview, context: str) -> str:
    return seal.unseal(bytes(sealed), context, settings.KEY_RING)


def index_text(plain: str, context: str) -> bytes:
    """For finding a sealed value: equal for equal values of one column."""
    return seal.blind_index(plain, context, settings.KEY_RING)
