"""Calls between real browsers with picture and sound, told one at a time and without a neighbour (docs/adr/0061)."""
