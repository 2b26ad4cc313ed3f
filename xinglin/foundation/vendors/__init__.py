"""What all gateways to vendors share: a folder whose modules they are, and one exchange over HTTP."""
