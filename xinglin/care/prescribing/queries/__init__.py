"""What others may read of medicines and prescriptions."""
