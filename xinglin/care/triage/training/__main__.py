"""`python -m xinglin.care.triage.training`: reads the repository, writes the weights."""

import sys

from xinglin.care.triage.training.run import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
