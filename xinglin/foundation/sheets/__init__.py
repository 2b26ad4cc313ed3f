"""Spreadsheets in and out: cells as they were written, and nothing that acts by itself. No models."""
