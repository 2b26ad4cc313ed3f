"""Who saw or did what to whose record."""
