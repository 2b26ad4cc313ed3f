"""Signatures over canonical bytes through gateways."""
