"""How long tests wait for processes."""

# Ends only what hangs: everything that works is done sooner, on the slowest machine too.
PATIENCE_SECONDS = 300
