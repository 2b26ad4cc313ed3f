"""What changes medicines and prescriptions."""
