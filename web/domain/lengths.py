"""How long texts may be, in code points, and how deep lists and steps may go."""

TITLE_LENGTH = 200
DESCRIPTION_LENGTH = 1000
LIST_NAME_LENGTH = 100
LABEL_NAME_LENGTH = 50
# A list with the lists inside it and their sections; a task with its steps and theirs.
MOST_LEVELS = 4
