"""SMS, mail and in-app notices through gateways."""
