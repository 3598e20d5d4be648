"""COUNT timers of asyncio set and cancelled; milliseconds."""

import sys
from time import perf_counter

from loop_choice import run
from rounds import serve

count = int(sys.argv[1])
delays = [1 + ((i * 7919) % count) / 1000 for i in range(count)]


def nothing():
    pass


async def program():
    import asyncio

    loop = asyncio.get_running_loop()
    started = perf_counter()
    timers = [loop.call_later(delay, nothing) for delay in delays]
    for timer in timers:
        timer.cancel()
    return (perf_counter() - started) * 1000


serve(lambda: run(program()))
