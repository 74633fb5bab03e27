"""The forwarding unit: media in, media out, nothing decoded.

One `MediaWorker` per process and per core, one UDP port, one asyncio loop.
A datagram goes mux → leg (SRTP) → receiver → senders → mux without a task, a
queue or a parsed packet object in between; everything else may be async.
Imports aiortc, aioice, pylibsrtp and the standard library: no Django, no
database, nothing else of this product. `dtls.py` alone touches private names.
"""
