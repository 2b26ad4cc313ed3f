"""Where the pages of one call meet: rooms, seats, signals, and how long the line was up."""
