"""The servers and processes of a development copy, started by `./run`.

What lives here: PostgreSQL, Valkey and a mailbox started from wheels, the keys and
ports of one copy, and the supervisor of the product's own processes. It may import
the standard library, psycopg, redis, Babel and aiosmtpd; never Django, never a
package of the product: everything it knows goes out through environment variables,
so production runs the same settings without this package.

Everything that one copy keeps lies in its state folder (`VISAVIS_STATE`, else
`.visavis/`): deleting that folder is a full reset.
"""
