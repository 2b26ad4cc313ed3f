"""The child that makes one file of what browsers have recorded: `python -m xinglin.foundation.recordings.rules`.

Its plan is one JSON object on stdin, its answer one line of JSON. Segments and result are open files that
its parent has handed over by number: it knows no path, no key, no address of the database. It has bounded
memory and time, so that what a hostile recording does to a demuxer it does to this process only.
"""

import json
import os
import resource
import sys

MEMORY = 2048 * 1024 * 1024
CPU_S = 3600


def main() -> None:
    plan = json.load(sys.stdin)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_FSIZE, (plan["most_bytes"],) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(10)
    from xinglin.foundation.recordings.rules import making  # FFmpeg, within the limits

    sys.stdout.write(json.dumps(making.make(plan)))


if __name__ == "__main__":
    main()
