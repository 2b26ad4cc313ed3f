"""The HTTP door: problem+json, sign-in, idempotency, limits, status."""
