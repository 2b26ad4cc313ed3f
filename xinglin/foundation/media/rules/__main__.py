"""The child that looks into one file: `python -m xinglin.foundation.media.rules KIND PATH`.

Its answer is one line of JSON. It has little memory, little time and writes no file, so that what a
hostile file does to a parser it does to this process only.
"""

import json
import resource
import sys
from importlib import import_module

MEMORY = 1536 * 1024 * 1024
CPU_S = 10
INSPECTORS = {"document": "documents", "voice": "voices"}


def main(kind: str, path: str) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    inspector = import_module(f"xinglin.foundation.media.rules.{INSPECTORS[kind]}")
    sys.stdout.write(json.dumps(inspector.inspect(path)))


if __name__ == "__main__":
    main(*sys.argv[1:])
