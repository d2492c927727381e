"""The command line for people's tasks, on any Daybook: commands and an MCP server over its JSON API."""
