"""Load through the public door, measured."""
