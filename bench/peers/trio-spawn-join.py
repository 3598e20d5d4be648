"""COUNT tasks of trio in one nursery; tasks a second."""

import sys
from time import perf_counter

import trio

from rounds import serve

count, parks = int(sys.argv[1]), sys.argv[2] == "parks"


async def nothing():
    pass


async def park():
    await trio.sleep(0)


async def program():
    body = park if parks else nothing
    started = perf_counter()
    async with trio.open_nursery() as nursery:
        for _ in range(count):
            nursery.start_soon(body)
    return count / (perf_counter() - started)


serve(lambda: trio.run(program))
