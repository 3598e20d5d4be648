"""Writes programs.jsonl: random programs over asyncio's primitives, and what happens in them, as CPython runs them.

    python3 test/sync/asyncio/record.py

like-asyncio.test.ts runs the same programs over ours and compares the logs line by line. Recorded with CPython 3.11; what
the programs do is the same in later versions. The rest (barriers, several at once that put or get, cancellations that
later versions treat otherwise) is compared where there is a Python, by test/differential.
"""

import asyncio
import json
import random
from pathlib import Path

TURNS = 20
MAKE = {
    "lock": asyncio.Lock,
    "semaphore": lambda: asyncio.Semaphore(2),
    "event": asyncio.Event,
    "condition": asyncio.Condition,
    "queue": lambda: asyncio.Queue(2),
}


def step():
    return [random.randrange(6), random.randrange(3)]


def make_program(kind):
    """Actors have steps of a kind and a number; the cancels say in which turn, and whom."""
    actors = [[step() for _ in range(random.randint(1, 4))] for _ in range(random.randint(1, 6))]
    cancels = [[random.randrange(15), random.randrange(6)] for _ in range(random.randint(0, 4))]
    if kind == "queue":  # one puts, one gets
        actors = [[[side, random.randrange(3)] for _ in range(random.randint(1, 10))] for side in (1, 0)]
    if kind in ("semaphore", "condition"):  # mended after 3.11
        cancels = []
    return {"kind": kind, "actors": actors, "cancels": cancels}


async def turns(count):
    for _ in range(count):
        await asyncio.sleep(0)


async def play(program):
    log = []
    kind = program["kind"]
    thing = MAKE[kind]()

    async def do(i, what, n):
        if kind in ("lock", "semaphore", "condition"):
            await thing.acquire()
            log.append(f"{i} has it")
            try:
                await turns(n)
                if kind == "condition":
                    if what % 2 == 0:
                        await thing.wait()
                    else:
                        thing.notify(n)
            finally:
                log.append(f"{i} releases it")
                thing.release()
            return
        await turns(n)
        if kind == "event":
            if what % 3 == 0:
                thing.set()
            elif what % 3 == 1:
                thing.clear()
            else:
                await thing.wait()
        elif what == 0:
            log.append(f"{i} got {await thing.get()}")
        else:
            await thing.put(len(log))

    async def act(i, steps):
        for what, n in steps:
            log.append(f"{i} begins {what}")
            try:
                await do(i, what, n)
            except asyncio.CancelledError:
                log.append(f"{i} was cancelled")
                raise
            log.append(f"{i} did {what}")

    tasks = [asyncio.create_task(act(i, steps)) for i, steps in enumerate(program["actors"])]
    for turn in range(TURNS):
        for when, who in program["cancels"]:
            if when == turn:
                tasks[who % len(tasks)].cancel()
        log.append("-")
        await turns(1)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return log


random.seed(1)
programs = [make_program(kind) for kind in MAKE for _ in range(30)]
lines = [json.dumps({**program, "log": ",".join(asyncio.run(play(program)))}) for program in programs]
Path(__file__).with_name("programs.jsonl").write_text("\n".join(lines) + "\n")
