"""Search from anywhere: visits by name, number, address or id; also people, stores and
topics."""
