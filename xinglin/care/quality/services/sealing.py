"""The ZIP of a package: what goes in is counted in the manifest, which the house signs."""

import base64
import hashlib
import zipfile
from pathlib import Path
from typing import Any, Final

from xinglin.foundation.accounts.types import SYSTEM_ID
from xinglin.foundation.copies import services as copies
from xinglin.foundation.copies.types import Part
from xinglin.foundation.signing import services as signing
from xinglin.kernel import clock

FORM: Final = "xinglin-dispute-package/1"
SEAL: Final = b"xinglin whole file sha256="  # as `data/verify_package.py` has it
_AT_ONCE = 1024 * 1024


class Archive:
    """`files`: name -> size and SHA-256. `left_out`: files that were not there or did not fit."""

    def __init__(self, copy: zipfile.ZipFile) -> None:
        self.copy = copy
        self.room = copies.MOST_BYTES
        self.files: dict[str, dict[str, Any]] = {}
        self.left_out: list[str] = []

    def add(self, name: str, content: bytes) -> None:
        self.copy.writestr(name, content)
        self.files[name] = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}

    def add_json(self, name: str, value: object) -> None:
        self.add(name, copies.as_json(value).encode())

    def add_part(self, part: Part) -> None:
        """Its data, the bytes that were signed, and its files."""
        self.add_json(f"{part.name}.json", part.data)
        for name, content in part.texts.items():
            self.add(name, content)
        for name, path in part.files.items():
            size = copies.add_file(self.copy, name, path, self.room)
            if size is None:
                self.left_out.append(name)
                continue
            self.room -= size
            self.files[name] = {"bytes": size, "sha256": copies.sha256_of(path)}

    def sign(self, about: dict[str, Any]) -> None:
        """The manifest and the signature of the house over its very bytes."""
        at = clock.now()
        key_id = house_key()
        manifest = copies.as_json(
            {
                "form": FORM,
                **about,
                "key_id": key_id,
                "left_out": self.left_out,
                "files": self.files,
            }
        ).encode()
        signed = signing.sign(SYSTEM_ID, manifest, at)
        seal = {
            "algorithm": signed.algorithm,
            "key_id": signed.key_id,
            "signature": base64.b64encode(signed.value).decode(),
        }
        self.copy.writestr("manifest.json", manifest)
        self.copy.writestr("manifest.sig.json", copies.as_json(seal))


def house_key() -> str:
    """By which whoever checks a package knows this house: to be published."""
    return signing.sign(SYSTEM_ID, b"", clock.now()).key_id


def seal(path: Path) -> None:
    """Put SHA-256 of the whole file into the comment that ends a ZIP, so that no byte goes unseen."""
    with path.open("r+b") as file:
        body = file.seek(0, 2) - 2  # what is left is the length of the comment, still zero
        file.seek(0)
        digest = hashlib.sha256()
        left = body
        while left > 0:
            block = file.read(min(_AT_ONCE, left))
            digest.update(block)
            left -= len(block)
        comment = SEAL + digest.hexdigest().encode()
        file.seek(body)
        file.write(len(comment).to_bytes(2, "little") + comment)
