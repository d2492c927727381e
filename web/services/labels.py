"""What a user can do with labels."""

from web.models.label import Label
from web.services.records import Records


class Labels(Records[Label]):
    model = Label
