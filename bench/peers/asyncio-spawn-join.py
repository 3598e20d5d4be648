"""COUNT tasks of asyncio on its own loop or uvloop, created and gathered; tasks a second."""

import asyncio
import sys
from time import perf_counter

from loop_choice import run
from rounds import serve

count, parks = int(sys.argv[1]), sys.argv[2] == "parks"


async def nothing():
    pass


async def park():
    await asyncio.sleep(0)


async def program():
    body = park if parks else nothing
    started = perf_counter()
    await asyncio.gather(*[asyncio.create_task(body()) for _ in range(count)])
    return count / (perf_counter() - started)


serve(lambda: run(program()))
