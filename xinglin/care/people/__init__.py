"""Patients, consent, practitioners, licences, institutions, departments."""
