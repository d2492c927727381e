"""The report of how large the code is."""

from bench.experiments.code_size import SHARES, files, share_of


def test_every_file_belongs_to_a_share() -> None:
    assert {share_of(path) for path in files("web")} == set(SHARES)
