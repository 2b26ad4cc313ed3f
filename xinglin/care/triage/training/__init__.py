"""Makes `data/department/{zh,en}.bin.gz` from the repository alone: `python -m xinglin triage train`."""
