"""A day of many sites through the public door, and the operators' board counted again by hand."""
