"""Floor 3: messages that arrive once, on time and true.

Lives here: the policy (which message, when, useless after when), the planner that
makes the due deliveries equal to it, the dispatch that sends one at a time, the
channels, the development mailbox.

May import: `booking` and `stores`. Never `video`.
"""
