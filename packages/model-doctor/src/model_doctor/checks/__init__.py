"""The checks. Each is a function that takes one thing, and the models, and yields findings."""

from model_doctor.checks import (
    annotations,
    constraints,
    defaults,
    deletes,
    foreign_keys,
    indexes,
    joins,
    sides,
    types,
    validators,
)

RELATIONSHIP_CHECKS = (*joins.CHECKS, *sides.CHECKS, *annotations.CHECKS, *deletes.CHECKS)
TABLE_CHECKS = (
    *foreign_keys.CHECKS,
    *indexes.TABLE_CHECKS,
    *constraints.TABLE_CHECKS,
    *defaults.CHECKS,
    *types.CHECKS,
)
MODEL_CHECKS = validators.CHECKS
PROJECT_CHECKS = (*indexes.PROJECT_CHECKS, *constraints.PROJECT_CHECKS, *validators.PROJECT_CHECKS)
