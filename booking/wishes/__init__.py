"""An earlier hour, please: wishes, and the hours that are given back.

Whoever gives an hour back leaves a note (`services.locking.note_freed`). The clock
offers it to those who wished for an earlier one, in the order of their wishes: held
for one person for a quarter of an hour, then for the next. In its last hour there is
no time for that, so three are told at once.
"""
