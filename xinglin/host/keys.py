"""The secrets of one installation: made once, kept in a file that only its owner reads."""

import base64
import json
import os
import secrets
from pathlib import Path


def ensure(path: Path) -> None:
    """Write `path` (mode 0600) unless it is there: Django's secret, seal keys, index, signing key.

    The file is complete or absent: it is written beside and linked into place.
    """
    if path.exists():
        return
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(_fresh(), file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)  # never over a file that another start has just made
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _fresh() -> dict[str, object]:
    return {
        "django_secret": secrets.token_urlsafe(48),
        "seal_keys": {"1": _key()},
        "seal_current": 1,
        "index_key": _key(),
        "signing_key": _key(),
    }


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()
