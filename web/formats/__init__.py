"""Files of tasks, read and written: text on one side, `imported` on the other. Pure: no SQL, no clock.

`opening` opens a file, `reading` reads it in any of the formats, `report` says what becomes of it, `writers` write.
A new format is a module with a function that gives `imported.Item`s, and a line in `detecting`.
"""
