"""Messages between a customer and the staff of one visit, and the answer that is owed.

Anybody of the store may answer. An answer is promised by an evening on which somebody
works, and before the visit.
"""
