"""What every desk of the back office has in common. No models; loaded with its first request."""
