"""What messages cost on the disk, and whether old ones slow down new ones."""
