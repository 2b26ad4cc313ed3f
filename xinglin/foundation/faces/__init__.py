"""Whether a live picture shows the person of an account, as a vendor's gateway sees it; keeps none."""
