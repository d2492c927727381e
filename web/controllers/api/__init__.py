"""The same services as JSON, for programs."""
