"""Whether a certificate leads to one that is trusted. Pure."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime

from asn1crypto import pem, x509
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathBuildingError, PathValidationError


def certificates_in(content: bytes) -> list[bytes]:
    """DER of each, of a file in PEM or DER. Raises ValueError: there is none in it."""
    found = [content]
    if pem.detect(content):
        told = pem.unarmor(content, multiple=True)
        found = [each for kind, _, each in told if kind == "CERTIFICATE"]
    for each in found:
        # Parsed to the end: asn1crypto looks no further than it is asked.
        _ = x509.Certificate.load(each, strict=True).native
    if not found:
        raise ValueError("no certificate")
    return found


def subject(certificate: bytes) -> str:
    """Whose it is, in words."""
    named: dict[str, object] = x509.Certificate.load(certificate).subject.native
    return ", ".join(str(value) for value in named.values())


def is_root(certificate: bytes) -> bool:
    """Whether it names itself as its issuer."""
    return x509.Certificate.load(certificate).self_issued in {True, "yes", "maybe"}


def context(roots: Iterable[bytes], others: Iterable[bytes], at: datetime) -> ValidationContext:
    """Revocation is not asked: the house's copy of it would be one more thing to believe."""
    return ValidationContext(
        trust_roots=[x509.Certificate.load(each) for each in roots],
        other_certs=[x509.Certificate.load(each) for each in others],
        moment=at,
        allow_fetching=False,
        revocation_mode="soft-fail",
    )


def leads_to(roots: Iterable[bytes], chain: Sequence[bytes], at: datetime) -> bool:
    """Whether the first of the chain could sign at that moment, by the others and one of the roots.

    None of the others may be there for nothing: a byte of it could be changed.
    """
    own, *others = chain
    known = context(roots, [each for each in others if not is_root(each)], at)
    checked = CertificateValidator(x509.Certificate.load(own), validation_context=known)
    try:
        path = asyncio.run(
            checked.async_validate_usage({"digital_signature"})  # type: ignore[no-untyped-call]  # the library types a part of itself
        )
    except (PathBuildingError, PathValidationError, ValueError):
        return False
    return set(chain) <= {each.dump() for each in (path.first, *path)}
