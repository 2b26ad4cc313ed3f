"""A hospital of numbers: the same engine, driven by a world that is drawn from a scenario."""
