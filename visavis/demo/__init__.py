"""Two invented brands as data, for development and tests of the whole product.

`recipe` says what a brand is made of, `tilleul` and `banque_du_port` are the two
recipes, `planting` turns one into rows, `visits` books today's visits through the use
cases of `booking`, `logins` keeps the password. Only `manage.py seed` comes here, and
only with VISAVIS_DEBUG=1. May import everything; nothing imports it.
"""
