"""COUNT tasks of asyncio on its own loop or uvloop, SLEEPS sleeps of 0 in all; sleeps a second."""

import asyncio
import sys
from time import perf_counter

from loop_choice import run
from rounds import serve

count, sleeps = int(sys.argv[1]), int(sys.argv[2])


async def work():
    for _ in range(sleeps // count):
        await asyncio.sleep(0)


async def program():
    started = perf_counter()
    await asyncio.gather(*[asyncio.create_task(work()) for _ in range(count)])
    return sleeps / (perf_counter() - started)


serve(lambda: run(program()))
