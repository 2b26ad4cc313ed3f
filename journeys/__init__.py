"""Stories in a real browser, against a whole hospital of real processes."""
