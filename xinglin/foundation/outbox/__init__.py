"""Events as rows, relayed after commit; heartbeats and pokes."""
