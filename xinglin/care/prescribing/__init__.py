"""Medicines and prescriptions: the catalogue, what a doctor writes, who signs, how long it holds."""
