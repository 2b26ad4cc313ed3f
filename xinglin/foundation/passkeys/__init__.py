"""A person's own passkeys (WebAuthn): adding, naming, removing, and proving with one who it is."""
