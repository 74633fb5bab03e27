"""Measurements of the product: each prints one JSON object on its last line.

`./run bench NAME [--quick]`; a module here is one NAME and has `main(argv) -> int`.
`--quick` takes at most 60 s and prints every key too, with `"quick": true`.
"""
