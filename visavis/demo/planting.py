"""From a recipe to the rows of a brand, in few statements."""

from __future__ import annotations

from stores.models import (
    Agenda,
    Brand,
    Competence,
    Membership,
    Offer,
    Posting,
    Region,
    Role,
    StaffMember,
    Store,
    Topic,
    User,
    WorkingHours,
)
from stores.templatetags.ui import PORTRAITS
from visavis.demo.recipe import BrandRecipe, PersonRecipe, StoreRecipe, both

People = list[tuple[Store, StoreRecipe, PersonRecipe, StaffMember]]


def plant(recipe: BrandRecipe, *, password_hash: str) -> Brand:
    """Writes the whole brand. The caller owns the transaction; a brand of the same
    slug makes it fail on its unique key."""
    brand = Brand.objects.create(
        slug=recipe.slug,
        name=recipe.name,
        short_name=recipe.short_name,
        emblem=recipe.emblem,
        phone=recipe.phone,
        calls_from=recipe.calls_from,
        theme=recipe.theme,
        languages=list(recipe.languages),
        sender_email=recipe.email("rendez-vous"),
    )
    stores = _plant_stores(brand, recipe)
    topics = _plant_topics(brand, recipe)
    _plant_offers(brand, recipe, stores, topics)
    people = _plant_people(brand, recipe, stores, password_hash)
    _plant_knowledge(brand, people, topics)
    _plant_agendas(brand, people)
    return brand


def _plant_stores(brand: Brand, recipe: BrandRecipe) -> dict[str, Store]:
    regions = {
        region.slug: region
        for region in Region.objects.bulk_create(
            Region(brand=brand, slug=slug, name=name) for slug, name in recipe.regions
        )
    }
    rows = Store.objects.bulk_create(
        Store(
            brand=brand,
            region=regions.get(store.region),
            slug=store.slug,
            name=store.name,
            kind=store.kind,
            street=store.street,
            postcode=store.postcode,
            city=store.city,
            latitude=store.point[0] if store.point else None,
            longitude=store.point[1] if store.point else None,
            phone=store.phone,
            calls_from=store.calls_from,
        )
        for store in recipe.stores
    )
    return {row.slug: row for row in rows}


def _plant_topics(brand: Brand, recipe: BrandRecipe) -> dict[str, Topic]:
    rows = Topic.objects.bulk_create(
        Topic(
            brand=brand,
            slug=topic.slug,
            name=both(topic.name),
            summary=both(topic.summary),
            preparation={
                "fr": [french for french, _ in topic.preparation],
                "en": [english for _, english in topic.preparation],
            },
            priority=Topic.Priority.SENSITIVE
            if topic.is_sensitive
            else Topic.Priority.NORMAL,
            position=position,
        )
        for position, topic in enumerate(recipe.topics)
    )
    return {row.slug: row for row in rows}


def _plant_offers(
    brand: Brand,
    recipe: BrandRecipe,
    stores: dict[str, Store],
    topics: dict[str, Topic],
) -> None:
    """The brand's offers, and those of a store with a step of its own: at once and
    back to back, with an inactive one for each channel that it does not serve."""
    offers = []
    for topic in recipe.topics:
        for channel, minutes in topic.minutes.items():
            offer = {
                "brand": brand,
                "topic": topics[topic.slug],
                "channel": channel,
                "duration": minutes,
                "horizon": recipe.horizon,
            }
            offers.append(
                Offer(
                    **offer,
                    step=recipe.steps[channel],
                    minimum_notice=recipe.notice,
                    buffer_after=recipe.breath if channel == "video" else 0,
                )
            )
            offers += [
                Offer(
                    **offer,
                    store=stores[store.slug],
                    step=store.step,
                    minimum_notice=0,
                    active=channel in store.channels,
                )
                for store in recipe.stores
                if store.step
            ]
    Offer.objects.bulk_create(offers)


def _plant_people(
    brand: Brand, recipe: BrandRecipe, stores: dict[str, Store], password_hash: str
) -> People:
    who = [(store, person) for store in recipe.stores for person in store.staff]
    admin_login, admin_name = recipe.admin
    names = [(p.login, f"{p.first_name} {p.last_name}") for _, p in who]
    *users, admin = User.objects.bulk_create(
        User(email=recipe.email(login), name=name, password=password_hash)
        for login, name in [*names, (admin_login, admin_name)]
    )
    staff = StaffMember.objects.bulk_create(
        StaffMember(
            brand=brand,
            user=user,
            first_name=person.first_name,
            last_name=person.last_name,
            formal_name=person.formal_name,
            title=both(person.title),
            languages=list(person.languages),
            portrait=person.login if person.login in PORTRAITS else "",
        )
        for (_, person), user in zip(who, users, strict=True)
    )
    people = [
        (stores[store.slug], store, person, row)
        for (store, person), row in zip(who, staff, strict=True)
    ]
    Membership.objects.create(brand=brand, user=admin, role=Role.ADMIN)
    _plant_posts(brand, people)
    return people


def _plant_posts(brand: Brand, people: People) -> None:
    Posting.objects.bulk_create(
        Posting(brand=brand, staff_member=row, store=store, is_home=True)
        for store, _, _, row in people
    )
    Membership.objects.bulk_create(
        Membership(
            brand=brand,
            user=row.user,
            store=store,
            role=Role.MANAGER if person.is_manager else Role.ADVISER,
        )
        for store, _, person, row in people
    )


def _plant_knowledge(brand: Brand, people: People, topics: dict[str, Topic]) -> None:
    Competence.objects.bulk_create(
        Competence(brand=brand, staff_member=row, topic=topic)
        for _, _, person, row in people
        for slug, topic in topics.items()
        if not person.knows or slug in person.knows
    )


def _plant_agendas(brand: Brand, people: People) -> None:
    agendas = Agenda.objects.bulk_create(
        Agenda(brand=brand, staff_member=row) for _, _, _, row in people
    )
    WorkingHours.objects.bulk_create(
        WorkingHours(
            brand=brand,
            agenda=agenda,
            store=store,
            weekday=weekday,
            starts_at=stretch.opens,
            minutes=stretch.minutes,
            channels=list(recipe.channels),
        )
        for (store, recipe, _, _), agenda in zip(people, agendas, strict=True)
        for stretch in recipe.hours
        for weekday in stretch.weekdays
    )
