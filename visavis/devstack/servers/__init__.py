"""Servers of a development copy: PostgreSQL, Valkey, a mailbox, or those of others.

May import: the ground of `visavis.devstack`, psycopg, redis, aiosmtpd; never Django.
"""
