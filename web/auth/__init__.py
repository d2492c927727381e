"""Authentication: session cookies, the client of Better Auth, and Node, which runs it."""
