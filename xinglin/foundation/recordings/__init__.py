"""Recordings of calls: taken in by chunks, chained, sealed, made into one file, kept and seen."""
