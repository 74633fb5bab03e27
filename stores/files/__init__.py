"""Files of brands: portraits, logos, lists to import.

All go in by one door, which draws pictures again in a process with limits and gives
each file another name. They lie in the storage `files`: a folder, or an object store
by setting.
"""
