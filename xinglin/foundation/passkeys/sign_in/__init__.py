"""The doors of django-allauth for passkeys, and what they leave to the house."""
