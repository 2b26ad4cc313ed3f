"""The child that opens or writes one workbook: `python -m xinglin.foundation.sheets.rules read PATH`.

It has little memory and time, and one that reads writes no file: what a hostile file does to a parser it does to this
process only, and what a large one takes of memory goes with it.
"""

import json
import resource
import sys

from xinglin.foundation.sheets.rules import MOST_TOLD

MEMORY = 1024 * 1024 * 1024
CPU_S = 40


def main(act: str, path: str = "") -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if act == "read":
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        from xinglin.foundation.sheets.rules.reading import read

        told = json.dumps(read(path), ensure_ascii=False)
        if len(told) > MOST_TOLD:
            told = json.dumps({"refused": "too_much", "at": ""})
        sys.stdout.write(told)
    else:
        from xinglin.foundation.sheets.rules.writing import written

        sys.stdout.buffer.write(written(json.load(sys.stdin)))


if __name__ == "__main__":
    main(*sys.argv[1:])
