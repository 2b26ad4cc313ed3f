"""The public door as somebody's browser uses it: for the bustle of the demo, and for the bench."""
