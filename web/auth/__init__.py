"""Who is at the other end: sessions, sign-in, and the Better Auth server behind both."""
