"""The people of the team: who they are, what they may do, how they come in.

What touches booked visits is changed on the pages of hours, stores and topics; here
are the person and the account. May import what the other rooms of the desk may.
"""
