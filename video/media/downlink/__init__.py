"""All that flows to one participant, and how much of it their line takes.

What they say of it comes in; what goes out are limits for those who publish, pauses of
pictures, plainer sound, and probes.
May import: `cameras`, `rtp`, `estimate`.
"""
