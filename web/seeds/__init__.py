"""Data to try Daybook with: the demo user's life, and any number of tasks for load."""

from web.seeds.data import DEMO_EMAIL, Plan
from web.seeds.seeding import (
    BATCH,
    DEMO_PASSWORD,
    CannotSeed,
    has_demo_user,
    is_empty,
    real_users,
    remove_seeds,
    seed,
    seed_demo,
    seeded_users,
    tasks_of,
)

__all__ = [
    "BATCH",
    "DEMO_EMAIL",
    "DEMO_PASSWORD",
    "CannotSeed",
    "Plan",
    "has_demo_user",
    "is_empty",
    "real_users",
    "remove_seeds",
    "seed",
    "seed_demo",
    "seeded_users",
    "tasks_of",
]
