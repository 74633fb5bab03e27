"""The API: serializers, keys, pages of a list, repeats and limits of rate.

A view does access → serializer → service, as the pages do, and imports none of them.

May import: everything below the edges (`services`, `availability`, `access`, …).
"""
