"""What Daybook is made of: its components, known holes in them, and secrets that must not be in its files."""
