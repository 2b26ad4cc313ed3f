"""What holds of a sealed document. Pure: no database, no settings, no network."""
