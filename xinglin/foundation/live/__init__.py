"""The feed of events to sockets, and presence as a lease."""
