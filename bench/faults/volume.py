"""A small file system of its own for the database: it can be filled and frozen without harm.

Mounted in a mount namespace of this process: when the last process of the bench is gone, the kernel
takes the mount and its loop device away, however the bench ended.
"""

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_CLONE_NEWNS = 0x00020000
_TOOLS = ("mkfs.ext4", "mount", "umount", "fsfreeze", "fallocate")
_THAW_BY_ITSELF_S = 30
_SMALLEST_KB = 4


class NoVolume(Exception):
    """Why there can be none here; the sentence stands in the table."""


class Volume:
    """Mounted at `path`; `spare` is the file that fills it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.spare = path / "full"

    def fill(self) -> None:
        """Until not one block is free."""
        size_kb = shutil.disk_usage(self.path).free // 1024
        with self.spare.open("wb") as file:
            end = 0
            while size_kb >= _SMALLEST_KB:
                try:
                    os.posix_fallocate(file.fileno(), end, size_kb * 1024)
                    end += size_kb * 1024
                except OSError:
                    size_kb //= 2

    def free(self) -> None:
        self.spare.unlink(missing_ok=True)

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Every write waits. A watch of its own thaws it, should this process be killed."""
        thaw = f"sleep {_THAW_BY_ITSELF_S}; exec fsfreeze --unfreeze '{self.path}'"
        watch = subprocess.Popen(["sh", "-c", thaw], start_new_session=True)
        try:
            _do("fsfreeze", "--freeze", str(self.path))
            yield
        finally:
            subprocess.run(["fsfreeze", "--unfreeze", str(self.path)], check=False)
            watch.kill()
            watch.wait()


def private_mounts() -> None:
    """From here on the mounts of this process are its own and its children's. Raises NoVolume."""
    if sys.platform != "linux" or os.geteuid() != 0:
        raise NoVolume("needs root on Linux: a file system is mounted for it")
    if missing := [tool for tool in _TOOLS if shutil.which(tool) is None]:
        raise NoVolume(f"needs {', '.join(missing)}")
    if ctypes.CDLL(None, use_errno=True).unshare(_CLONE_NEWNS):
        raise NoVolume(f"no mount namespace: {os.strerror(ctypes.get_errno())}")
    _do("mount", "--make-rprivate", "/")


@contextmanager
def mounted(image: Path, path: Path, size_mb: int) -> Iterator[Volume]:
    """Raises NoVolume."""
    private_mounts()
    with image.open("wb") as file:
        file.truncate(size_mb << 20)
    _do("mkfs.ext4", "-q", "-m", "0", "-E", "lazy_itable_init=1", str(image))
    path.mkdir(parents=True, exist_ok=True)
    _do("mount", "-o", "loop", str(image), str(path))
    volume = Volume(path)
    try:
        yield volume
    finally:
        with suppress(OSError):
            volume.free()
        subprocess.run(["umount", "--lazy", str(path)], check=False)


def _do(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NoVolume(f"{command[0]}: {done.stderr.strip()}")
