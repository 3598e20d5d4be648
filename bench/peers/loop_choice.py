"""Which loop asyncio uses: its own if the last argument says so, else uvloop's."""

import asyncio
import sys


def new_loop():
    if sys.argv[-1] == "asyncio":
        return asyncio.new_event_loop()
    import uvloop

    return uvloop.new_event_loop()


def run(main):
    with asyncio.Runner(loop_factory=new_loop) as runner:
        return runner.run(main)
