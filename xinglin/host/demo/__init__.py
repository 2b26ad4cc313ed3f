"""The demo hospital: invented people, seeded through the same services as real ones."""
