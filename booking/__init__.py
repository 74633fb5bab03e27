"""Floor 2: appointments, and the time that they take from agendas.

Lives here: free time as bits, the search for a start, holds, appointments, the
table of their moves, the permanent link, the history; the pages of customers,
staff and desk, and the API of all these.

May import: `stores`. Never `video` or `notifications`: they read the facts and the
events that are written down here.
"""
