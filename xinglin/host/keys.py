"""The secrets of one installation: made once, kept in a file that only its owner reads."""

import base64
import fcntl
import json
import os
import secrets
from pathlib import Path


def ensure(path: Path) -> None:
    """Write `path` (mode 0600) unless it is there: Django's secret, seal keys, index, signing key,
    the key that signs pushes.

    The file is complete or absent: it is written beside and linked into place. One of an earlier
    version gets what it lacks, and keeps what it has.
    """
    if path.exists():
        _complete(path)
        return
    draft = _draft(path, _fresh())
    try:
        os.link(draft, path)  # never over a file that another start has just made
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _complete(path: Path) -> None:
    """Starts at once wait for each other: the second finds nothing missing."""
    if not _fresh().keys() - json.loads(path.read_text()).keys():
        return
    with path.with_name(f"{path.name}.lock").open("w") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        found = json.loads(path.read_text())
        if _fresh().keys() - found.keys():
            _draft(path, {**_fresh(), **found}).replace(path)


def _draft(path: Path, secrets_of_all: dict[str, object]) -> Path:
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(secrets_of_all, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    return draft


def _fresh() -> dict[str, object]:
    return {
        "django_secret": secrets.token_urlsafe(48),
        "seal_keys": {"1": _key()},
        "seal_current": 1,
        "index_key": _key(),
        "signing_key": _key(),
        "push_key": _key(),
    }


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()
