"""Pure: words are read, danger is seen, a department is suggested, answers are checked."""
