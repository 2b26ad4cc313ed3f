"""Messages a second through the live process, against what pgbench reaches on the same server."""
