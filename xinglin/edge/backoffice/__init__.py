"""The back office of master data at /admin (django-unfold), signed in by the house's own sessions."""
