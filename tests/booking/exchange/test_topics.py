"""Topics by file: made with their channels, changed, and refused with the reason."""

from __future__ import annotations

import pytest

from booking.exchange.runs import counts_of
from booking.exchange.undoing import start_undo
from stores.models import Offer, Topic, TopicQuestion
from tests.booking.exchange.files import (
    checked,
    exported,
    finished,
    rows_of,
    written,
)
from tests.cast import World, now_utc

pytestmark = pytest.mark.django_db
HEADER = "Sujet;Nom;Name;À préparer;Priorité;Heures gardées;Visio;Téléphone;En magasin"


def offered(topic: Topic) -> dict[str, int]:
    rows = Offer.objects.filter(topic=topic, store=None, active=True)
    return {row.channel: row.duration for row in rows}


def test_a_topic_is_made_with_its_channels_and_comes_back(world: World) -> None:
    text = (
        f'{HEADER}\ncarte-perdue;Carte perdue;Lost card;"Une pièce d’identité\n'
        f'Votre contrat";oui;2;20;15;\n'
    )
    run = written(checked(world, "topics", text))
    assert counts_of(run) == {"created": 1}
    topic = Topic.objects.get(slug="carte-perdue")
    assert topic.name == {"fr": "Carte perdue", "en": "Lost card"}
    assert topic.preparation == {"fr": ["Une pièce d’identité", "Votre contrat"]}
    assert (topic.priority, topic.kept_starts) == ("sensitive", 2)
    assert offered(topic) == {"video": 20, "callback": 15}
    assert counts_of(checked(world, "topics", text)) == {"same": 1}
    back = checked(world, "topics", exported(world.brand, "topics"))
    assert set(counts_of(back)) == {"same"}


def test_what_has_no_column_stays(world: World) -> None:
    topic = world.topic
    asked = TopicQuestion.objects.create(
        brand=world.brand, topic=topic, text={"fr": "Quel âge ?"}
    )
    Offer.objects.filter(topic=topic, channel="video").update(
        duration=30, buffer_after=7, minimum_notice=90
    )
    text = f"sujet;visio;in store\n{topic.slug};45;\n"
    run = written(checked(world, "topics", text))
    assert counts_of(run) == {"changed": 1}
    assert offered(topic)["video"] == 45
    assert "in_store" not in offered(topic)
    rule = Offer.objects.get(topic=topic, channel="video", store=None)
    assert (rule.buffer_after, rule.minimum_notice) == (7, 90)
    asked.refresh_from_db()
    assert not asked.retired
    before = topic.name
    topic.refresh_from_db()
    assert topic.name == before


def test_a_topic_is_known_by_its_name_too(world: World) -> None:
    name = world.topic.name["fr"].upper()
    run = checked(world, "topics", f"sujet;summary\n{name};Anything\n")
    assert counts_of(run) == {"changed": 1}
    assert run.rows.get().key == world.topic.slug


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ("Carte Perdue;Carte;;;;;20;;", "topic", "form"),
        ("carte;;Card;;;;20;;", "name_fr", "required"),
        (f"carte;{'a' * 61};;;;;20;;", "name_fr", "long"),
        ("carte;Carte;;;;;;;", "video", "no_channel"),
        ("carte;Carte;;;;;4;;", "video", "minutes"),
        ("carte;Carte;;;;;;vingt;", "callback", "figure"),
        ("carte;Carte;;;peut-être;;20;;", "priority", "choice"),
        ("carte;Carte;;;oui;5;20;;", "kept", "range"),
        ("carte;Carte;;;oui;-1;20;;", "kept", "number"),
        ("parti;Parti;;;;;20;;", "topic", "retired"),
        (";Carte;;;;;20;;", "topic", "no_key"),
    ],
)
def test_a_row_that_cannot_be_written_says_why(
    world: World, cells: str, column: str, code: str
) -> None:
    Topic.objects.create(
        brand=world.brand, slug="parti", name={"fr": "Parti"}, active=False
    )
    run = checked(world, "topics", f"{HEADER}\n{cells}\n")
    ((_number, state, reason),) = rows_of(run)
    assert (state, reason[:2]) == ("refused", [column, code])


def test_only_so_many_go_first_in_whatever_order(world: World) -> None:
    made = "".join(f"{one};{one};;;oui;;20;;\n" for one in ("aa", "bb", "cc"))
    run = written(checked(world, "topics", f"{HEADER}\n{made}"))
    assert [row[1] for row in rows_of(run)] == ["created", "created", "refused"]
    swap = "sujet;priorité\nbb;oui\naa;non\n"
    text = f"{HEADER}\ncc;cc;;;oui;;20;;\naa;aa;;;non;;20;;\n"
    assert counts_of(checked(world, "topics", swap)) == {"changed": 1, "same": 1}
    run = written(checked(world, "topics", text))
    assert counts_of(run) == {"created": 1, "changed": 1}
    first = Topic.objects.filter(priority="sensitive").order_by("slug")
    assert [one.slug for one in first] == ["bb", "cc"]


def test_the_same_topic_in_two_lines_is_refused_once(world: World) -> None:
    line = "carte;Carte;;;;;20;;\n"
    run = checked(world, "topics", f"{HEADER}\n{line}{line}")
    assert rows_of(run)[1] == (3, "refused", ["topic", "twice", "2"])


def test_what_it_has_changed_is_changed_back(world: World) -> None:
    before = exported(world.brand, "topics")
    text = f"sujet;summary_en;visio\n{world.topic.slug};Anything;50\n"
    run = written(checked(world, "topics", text))
    back = start_undo(run=run, name="back", user=world.dora, now=now_utc())
    assert counts_of(written(finished(back))) == {"changed": 1}
    assert exported(world.brand, "topics") == before
