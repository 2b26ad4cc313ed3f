"""Sites: drugstores and village clinics where an assistant helps a patient to the doctor."""
