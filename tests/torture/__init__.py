"""Hard trials of the running parts: processes killed, servers taken away.

`./run torture NAME [--quick]`; a module here without a leading underscore is one NAME
and has `main(argv) -> int`, 0 when the promise held. Its last line is one JSON object;
`--quick` takes at most 60 s and prints every key too, with `"quick": true`. Each makes
a database of its own and drops it again: the demo data is never touched.
"""
