"""One-question measurements. Each module answers one question; none of them runs in `make bench` or `make test`."""
