"""Floor 1: who a brand is, where its stores are, who works there and when.

Lives here: brands, regions, stores, people and their competences, topics and
offers, agendas and the hours written on them; `periods` and `recurrence`, the
pure ground that turns hours in a zone into instants.

May import: Django and libraries; none of our other packages. What shapes time is
read here and changed in `booking.rota.absences` only.
"""
