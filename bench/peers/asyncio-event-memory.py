"""COUNT tasks of asyncio that wait for an event; KB of resident memory each."""

import asyncio
import gc
import os
import sys

from loop_choice import run
from rounds import serve

count = int(sys.argv[1])
PAGE_KB = os.sysconf("SC_PAGE_SIZE") / 1024


def resident():
    gc.collect()
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * PAGE_KB


async def program():
    event = asyncio.Event()
    waiting = 0

    async def body():
        nonlocal waiting
        waiting += 1
        await event.wait()

    before = resident()
    tasks = [asyncio.create_task(body()) for _ in range(count)]
    while waiting < count:
        await asyncio.sleep(0)
    used = (resident() - before) / len(tasks)
    event.set()
    await asyncio.gather(*tasks)
    return used


serve(lambda: run(program()))
