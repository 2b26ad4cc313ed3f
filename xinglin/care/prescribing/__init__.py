"""Prescriptions: from the doctor's pen to a pharmacist's signature."""
