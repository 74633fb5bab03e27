"""The cells of a person: names, stores, and topics with the channels of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from booking.exchange.sheets import RowRefused, folded, key_of
from booking.rota.competences import CompetenceTerm
from stores.editing.people import NewPerson
from stores.models import Channel, StaffMember, Store, Topic


def cells_now(row: StaffMember) -> dict[str, str]:
    """From the row with its postings, competences, account and invitation."""
    posts = sorted(row.postings.all(), key=lambda one: (not one.is_home, one.store_id))
    known = sorted(row.competences.all(), key=lambda one: one.topic_id)
    invitation = getattr(row, "invitation", None)
    email = row.user.email if row.user else invitation.email if invitation else ""
    person = NewPerson(
        first_name=row.first_name,
        last_name=row.last_name,
        formal_name=row.formal_name,
        email=email,
        title=row.title,
        languages=row.languages,
        stores=[one.store for one in posts],
    )
    terms = [
        CompetenceTerm(topic=one.topic, channels=tuple(sorted(one.channels)))
        for one in known
    ]
    return cells_of(person, terms, key_of(row))


def cells_of(
    new: NewPerson, terms: Sequence[CompetenceTerm], key: str
) -> dict[str, str]:
    ordered = sorted(terms, key=lambda term: term.topic.pk)
    return {
        "number": key,
        "first_name": new.first_name,
        "last_name": new.last_name,
        "formal_name": new.formal_name,
        "title_fr": new.title.get("fr", ""),
        "title_en": new.title.get("en", ""),
        "languages": ", ".join(new.languages),
        "email": new.email,
        "stores": cell_of_stores(new.stores),
        "topics": ", ".join(
            f"{term.topic.slug}[{' '.join(term.channels)}]"
            if term.channels
            else term.topic.slug
            for term in ordered
        ),
    }


def cell_of_stores(stores: Sequence[Store]) -> str:
    return ", ".join(key_of(store) for store in stores)


def term_named(topics: Mapping[str, Topic], text: str) -> CompetenceTerm:
    """`premier-velo`, or `premier-velo[video callback]`."""
    name, _, rest = text.partition("[")
    topic = topics.get(name.strip()) or topics.get(folded(name))
    if topic is None:
        raise RowRefused("topics", "unknown_topic", name.strip())
    channels = tuple(sorted(rest.rstrip("] ").split()))
    if not set(channels) <= set(Channel.values):
        raise RowRefused("topics", "channel", rest.rstrip("] "))
    return CompetenceTerm(topic=topic, channels=channels)
