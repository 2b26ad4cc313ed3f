"""One folder, one jurisdiction; none imports another."""
