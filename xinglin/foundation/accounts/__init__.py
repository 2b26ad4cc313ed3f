"""Who signs in, with which roles, and how their numbers are sealed."""
