"""`python -m xinglin`: what `./run` calls once the virtual environment stands."""

import sys

from xinglin.host.cli import main

if __name__ == "__main__":
    sys.exit(main())
