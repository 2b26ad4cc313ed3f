"""The socket door."""
