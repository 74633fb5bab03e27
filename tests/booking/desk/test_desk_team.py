"""Who advises on what, and that visits already booked stay with their adviser."""

from __future__ import annotations

import pytest
from django.test import Client

from booking.availability.query import StartQuery
from booking.availability.starts import masks_for
from booking.errors import CompetenceRefused, SlotNotOffered
from booking.explain.why_not import why_not
from booking.rota.competences import CompetenceTerm, set_competences
from booking.services.holding import hold_slot
from stores.models import Channel, StaffMember, Topic
from tests.cast import World, make_topic, make_visit, next_step, now_utc

pytestmark = pytest.mark.django_db


def url(world: World) -> str:
    return f"/desk/hours/{world.bob.agenda.pk}/topics/?store={world.store.pk}"


def bob_knows(world: World, *topics: Topic, channels: tuple[str, ...] = ()) -> object:
    return set_competences(
        staff_member=world.bob.staff_member,
        competences=[CompetenceTerm(topic=t, channels=channels) for t in topics],
        now=now_utc(),
    )


def version(world: World) -> int:
    world.bob.agenda.refresh_from_db()
    return world.bob.agenda.version


def test_who_does_not_know_a_topic_is_not_offered_for_it(world: World) -> None:
    now, offer = now_utc(), world.offers["video"]
    assert masks_for(StartQuery(offer=offer, store=world.store, now=now)).first()
    before = version(world)
    bob_knows(world)
    assert version(world) == before + 1
    assert (
        masks_for(StartQuery(offer=offer, store=world.store, now=now)).first() is None
    )
    with pytest.raises(SlotNotOffered):
        hold_slot(
            store=world.store,
            topic=world.topic,
            channel="video",
            starts_at=next_step(now),
            visitor="alice",
            network="home",
            now=now,
        )


def test_a_topic_is_known_by_channels(world: World) -> None:
    bob_knows(world, world.topic, channels=("callback",))
    now = now_utc()
    assert (
        masks_for(
            StartQuery(offer=world.offers["video"], store=world.store, now=now)
        ).first()
        is None
    )
    assert masks_for(
        StartQuery(offer=world.offers["callback"], store=world.store, now=now)
    ).first()


def test_rows_that_stay_keep_their_weight(world: World) -> None:
    row = world.bob.staff_member.competences.get()
    row.weight = 7
    row.save(update_fields=["weight"])
    bob_knows(world, world.topic, channels=("video",))
    kept = world.bob.staff_member.competences.get()
    assert (kept.pk, kept.weight, kept.channels) == (row.pk, 7, ["video"])


def test_what_is_not_the_brands_is_refused(world: World) -> None:
    with pytest.raises(CompetenceRefused):
        bob_knows(world, world.foreign_topic)
    with pytest.raises(CompetenceRefused):
        bob_knows(world, world.topic, world.topic)
    with pytest.raises(CompetenceRefused):
        bob_knows(world, world.topic, channels=("pigeon",))
    assert world.bob.staff_member.competences.count() == 1


def test_the_page_writes_and_says_which_visits_stay(world: World, dora: Client) -> None:
    visit = make_visit(world, starts_at=next_step(now_utc()), now=now_utc())
    stroller = make_topic(world.brand, "poussette", "Poussette", "Stroller")
    assert "1 visit ahead" in dora.get(url(world)).content.decode()
    sent = {f"topic-{stroller.pk}-channels": ["video", "in_store"]}
    page = dora.post(url(world), sent, follow=True).content.decode()
    assert "1 visit ahead is about what Bob no longer advises on." in page
    member = StaffMember.objects.get(pk=world.bob.staff_member.pk)
    assert [c.topic_id for c in member.competences.all()] == [stroller.pk]
    visit.refresh_from_db()
    assert visit.staff_member_id == member.pk
    assert visit.status == "confirmed"


def test_all_channels_are_written_as_all_of_them(world: World, dora: Client) -> None:
    dora.post(url(world), {f"topic-{world.topic.pk}-channels": list(Channel.values)})
    assert world.bob.staff_member.competences.get().channels == []


def test_a_channel_that_is_none_is_said(world: World, dora: Client) -> None:
    sent = {f"topic-{world.topic.pk}-channels": ["pigeon"]}
    assert dora.post(url(world), sent).status_code == 422
    assert world.bob.staff_member.competences.count() == 1


def test_the_team_lists_everybody_with_what_they_know(
    world: World, dora: Client
) -> None:
    page = dora.get(f"/desk/team/?store={world.store.pk}").content.decode()
    assert "Bob Durand" in page
    assert "First bike" in page
    bob_knows(world)
    page = dora.get(f"/desk/team/?store={world.store.pk}").content.decode()
    assert "No topic yet: nobody can book them." in page


def test_why_not_leads_to_the_persons_topics(world: World) -> None:
    bob_knows(world)
    answer = why_not(
        store=world.store,
        topic=world.topic,
        channel="video",
        starts_at=next_step(now_utc()),
        now=now_utc(),
        staff_member=world.bob.staff_member,
    )
    targets = {r.target.name for r in answer.reasons if r.target}
    assert "booking:competences" in targets or "booking:team" in targets
