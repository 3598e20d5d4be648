"""A producer and a consumer at asyncio's Queue(1), on its own loop or uvloop; items a second."""

import asyncio
import sys
from time import perf_counter

from loop_choice import run
from rounds import serve

items = int(sys.argv[1])


async def produce(queue):
    for i in range(items):
        await queue.put(i)


async def consume(queue):
    total = 0
    for _ in range(items):
        total += await queue.get()
    assert total == items * (items - 1) // 2


async def program():
    queue = asyncio.Queue(1)
    started = perf_counter()
    await asyncio.gather(produce(queue), consume(queue))
    return items / (perf_counter() - started)


serve(lambda: run(program()))
