"""Intake: complaint, red flags, interview, department."""
