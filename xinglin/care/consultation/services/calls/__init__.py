"""What can be done with the call of a visit, one verb a file."""
