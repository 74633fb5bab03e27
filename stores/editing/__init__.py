"""Use cases that change who a brand is: its people, their roles, their way in.

They are set-based where an import shares them with a page. They know no request and
send nothing; what has to be told is told by the caller.
"""
