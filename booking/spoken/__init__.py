"""The two words that a call begins with: the lists, the pairs, and who is shown them.

May import: `links`, `models`, `states` and `stores`.
"""
