"""The live process: `python -m xinglin.edge.live`."""

import argparse
import os
from pathlib import Path

import django
import uvloop


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinglin.config.settings")
    django.setup()

    from django.conf import settings

    from xinglin.edge.live.server import serve  # Django must be set up first

    words = argparse.ArgumentParser(prog="python -m xinglin.edge.live")
    where = Path(settings.SOCKETS_DIR)
    words.add_argument("--lines", type=Path, default=where / "live.sock", help="for /live")
    words.add_argument("--posts", type=Path, default=where / "live-http.sock", help="for HTTP")
    said = words.parse_args()
    uvloop.run(serve(said.lines, said.posts))


if __name__ == "__main__":
    main()
