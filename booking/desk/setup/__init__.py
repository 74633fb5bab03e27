"""The five steps of a new brand: store, hours, topics, colleague, try it."""
