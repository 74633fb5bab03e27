"""Rooms end to end: aiortc browsers, a real worker, loopback."""

import asyncio

from tests.video.media.browser import Browser, RecordingObserver, new_worker, until


def test_two_participants_see_hear_and_write_to_each_other() -> None:
    async def story() -> None:
        observer = RecordingObserver()
        worker = new_worker(observer)
        alice, bob = Browser("alice"), Browser("bob")
        await alice.join(worker, "room")
        await alice.sees("welcome")
        await bob.join(worker, "room")
        assert (await bob.sees("welcome"))["participants"] == [
            {"id": "alice", "role": "customer", "name": "Alice"}
        ]
        assert (await alice.sees("joined"))["participant"]["id"] == "bob"
        await asyncio.gather(alice.plays(), bob.plays())
        alice.say({"type": "chat", "text": "Bonjour, ça va ? 👋"})
        line = await bob.sees("chat")
        assert (line["from"], line["name"]) == ("alice", "Alice")
        assert line["text"] == "Bonjour, ça va ? 👋"
        bob.say({"type": "chat", "text": "Très bien."})
        assert (await alice.sees("chat", 2))["from"] == "bob"
        await alice.close()
        await bob.sees("left")
        await bob.close()
        await until(lambda: not worker.rooms, "the room to be forgotten")
        await worker.close()
        kinds = [entry[0] for entry in observer.told]
        assert kinds == [
            "connected",
            "connected",
            "chat",
            "chat",
            "left",
            "left",
            "closed",
        ]

    asyncio.run(story())
