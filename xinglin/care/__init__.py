"""The medicine: siblings do not know each other, calls go down, events go up."""
