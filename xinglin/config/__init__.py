"""Settings, urls and the three tables: routers, roles, wiring."""
