"""Browsers with a camera and a microphone of their own: one process for each face, and where it lives."""

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Playwright

from journeys.calls.faces import Face
from journeys.calls.lines import HOUSE, Line
from journeys.conftest import FLAGS

_CALL_FLAGS = [
    # Whoever is asked for camera and microphone says yes: the asking itself is the browser's.
    "--use-fake-ui-for-media-stream",
    # Without a network of its own a machine has only the loopback to find the other side by.
    "--allow-loopback-in-peer-connection",
]


def chromium() -> str | None:
    found = os.environ.get("XINGLIN_CHROMIUM") or shutil.which("chromium")
    return found or None


@dataclass
class Browsers:
    """Opened when first asked for, and kept; `folder`: of capture files."""

    playwright: Playwright
    folder: Path
    _open: dict[tuple[Face, str], Browser] = field(default_factory=dict)

    def of(self, face: Face, *, line: Line | None = None, namespace: str = "") -> Browser:
        """`namespace`: of the line, where this one lives."""
        key = (face, namespace)
        found = self._open.get(key)
        if found is None or not found.is_connected():
            found = self._open[key] = self._launch(face, line, namespace)
        return found

    def _launch(self, face: Face, line: Line | None, namespace: str) -> Browser:
        flags = [
            *(*FLAGS, *_CALL_FLAGS),
            f"--use-file-for-fake-video-capture={face.camera(self.folder)}",
            f"--use-file-for-fake-audio-capture={face.microphone(self.folder)}",
        ]
        executable = chromium()
        if line is not None:
            assert executable, "a browser in a namespace needs XINGLIN_CHROMIUM"
            executable = str(line.wrapper(namespace, executable))
            if namespace == line.far:
                # By the same name as everybody, but over the line.
                flags.append(f"--host-resolver-rules=MAP localhost {HOUSE}")
        return self.playwright.chromium.launch(executable_path=executable, args=flags)

    def close(self) -> None:
        for browser in self._open.values():
            browser.close()
        self._open.clear()
