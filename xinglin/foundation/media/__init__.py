"""Pictures and files: checked, re-encoded, kept."""
