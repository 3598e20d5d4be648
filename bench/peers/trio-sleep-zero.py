"""COUNT tasks of trio, SLEEPS sleeps of 0 in all; sleeps a second."""

import sys
from time import perf_counter

import trio

from rounds import serve

count, sleeps = int(sys.argv[1]), int(sys.argv[2])


async def work():
    for _ in range(sleeps // count):
        await trio.sleep(0)


async def program():
    started = perf_counter()
    async with trio.open_nursery() as nursery:
        for _ in range(count):
            nursery.start_soon(work)
    return sleeps / (perf_counter() - started)


serve(lambda: trio.run(program))
