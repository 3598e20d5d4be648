"""Runs programs (program.ts says what they are) on asyncio, in virtual time: one program per line of stdin,
one trace per line of stdout. A unit of time is a second here, so that all times are exact."""

import asyncio
import heapq
import itertools
import json
import selectors
import sys

WATCHDOG = json.loads(sys.argv[1])


class Deadlock(BaseException):
    pass


class VirtualSelector(selectors.BaseSelector):
    """Nothing ever happens but time."""

    def __init__(self, clock):
        self.clock = clock
        self.real = selectors.DefaultSelector()

    def select(self, timeout=None):
        if timeout is None:
            raise Deadlock()
        if timeout > 0:
            self.clock.now += timeout
        return []

    def register(self, fileobj, events, data=None):
        return self.real.register(fileobj, events, data)

    def unregister(self, fileobj):
        return self.real.unregister(fileobj)

    def get_map(self):
        return self.real.get_map()

    def close(self):
        self.real.close()


class Clock:
    now = 0.0


class OrderedTimer(asyncio.TimerHandle):
    """Equal times in the order in which they were set; CPython leaves that to its heap."""

    counter = itertools.count()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.sequence = next(self.counter)

    def __lt__(self, other):
        return (self._when, self.sequence) < (other._when, other.sequence)


class VirtualLoop(asyncio.SelectorEventLoop):
    def __init__(self):
        self.clock = Clock()
        super().__init__(VirtualSelector(self.clock))
        # A timer is due before the clock plus this; with 0 it never would be.
        self._clock_resolution = 1e-6

    def time(self):
        return self.clock.now

    def call_at(self, when, callback, *args, context=None):
        timer = OrderedTimer(when, callback, args, self, context)
        heapq.heappush(self._scheduled, timer)
        timer._scheduled = True
        return timer


class OrderedSet(dict):
    """What a TaskGroup keeps its tasks in here, so that it cancels them in order; a set of CPython's has none."""

    def add(self, item):
        self[item] = None

    def discard(self, item):
        self.pop(item, None)


class TaskGroup(asyncio.TaskGroup):
    def __init__(self):
        super().__init__()
        self._tasks = OrderedSet()


class Timeout(asyncio.Timeout):
    """As since 3.12: requests to cancel the task that were there before do not count."""

    async def __aenter__(self):
        self.before = asyncio.current_task().cancelling()
        return await super().__aenter__()

    async def __aexit__(self, exc_type, exc_val, exc_tb):
        if self._timeout_handler is not None:
            self._timeout_handler.cancel()
            self._timeout_handler = None
        if self._state.name == "EXPIRING":
            if self._task.uncancel() <= self.before and exc_type is asyncio.CancelledError:
                raise TimeoutError from exc_val
        return None


def timeout(time):
    return Timeout(asyncio.get_running_loop().time() + time)


class Boom(Exception):
    pass


def told(error):
    if isinstance(error, BaseExceptionGroup):
        return "Group(" + ", ".join(told(one) for one in error.exceptions) + ")"
    if isinstance(error, Boom):
        return f"Boom({error})"
    if isinstance(error, ValueError):
        return "InvalidStateError"  # task_done() too often
    return type(error).__name__


class Interpreter:
    def __init__(self, program):
        self.trace = []
        self.tasks = {}
        self.locks = [asyncio.Lock() for _ in range(program["locks"])]
        self.semaphores = [asyncio.Semaphore(n) for n in program["semaphores"]]
        self.events = [asyncio.Event() for _ in range(program["events"])]
        self.queues = [asyncio.Queue(n) for n in program["queues"]]
        loop = asyncio.get_running_loop()
        self.futures = [loop.create_future() for _ in range(program["futures"])]
        self.barriers = [asyncio.Barrier(n) for n in program["barriers"]]
        self.loop = loop

    def note(self, number, text):
        self.trace.append(f"{round(self.loop.time())} {number} {text}")

    async def task(self, number, body):
        self.note(number, "begins")
        try:
            await self.run(number, body)
        except BaseException as error:
            self.note(number, f"ends with {told(error)}")
            raise
        self.note(number, "ends")
        return number

    async def run(self, number, body):
        for instruction in body:
            await getattr(self, "do_" + instruction[0])(number, *instruction[1:])

    def outcome(self, future):
        if future.cancelled():
            return "CancelledError"
        error = future.exception()
        return str(future.result()) if error is None else told(error)

    async def do_log(self, number, text):
        self.note(number, text)

    async def do_sleep(self, number, time):
        await asyncio.sleep(time)
        self.note(number, "slept")

    async def do_spawn(self, number, child, body):
        self.tasks[child] = asyncio.create_task(self.task(child, body))

    async def do_join(self, number, other):
        if other in self.tasks:
            self.note(number, f"joined {await self.tasks[other]}")

    async def do_shield(self, number, other):
        if other in self.tasks:
            self.note(number, f"shielded {await asyncio.shield(self.tasks[other])}")

    async def do_wait_for(self, number, other, time):
        # As since 3.12: a timeout around the await. Before, it was written out and differed in races.
        if other in self.tasks:
            async with timeout(time):
                result = await self.tasks[other]
            self.note(number, f"in time {result}")

    async def do_gather(self, number, others, return_exceptions):
        # What is done counts at once since 3.12; before, a turn later.
        tasks = [self.tasks[one] for one in others if one in self.tasks]
        if tasks and not any(task.done() for task in tasks):
            results = await asyncio.gather(*tasks, return_exceptions=return_exceptions)
            texts = [told(one) if isinstance(one, BaseException) else str(one) for one in results]
            self.note(number, f"gathered {' '.join(texts)}")

    async def do_wait(self, number, others, mode, time):
        tasks = [self.tasks[one] for one in others if one in self.tasks]
        if tasks:
            done, pending = await asyncio.wait(tasks, timeout=time, return_when=getattr(asyncio, mode))
            names = lambda some: ",".join(str(one) for one in others if self.tasks.get(one) in some)
            self.note(number, f"done {names(done)} pending {names(pending)}")

    async def do_as_completed(self, number, others):
        tasks = [self.tasks[one] for one in others if one in self.tasks]
        if tasks and not any(task.done() for task in tasks):
            for next_one in asyncio.as_completed(tasks):
                self.note(number, f"completed {await next_one}")

    async def do_cancel(self, number, other):
        if other in self.tasks:
            self.note(number, f"cancel {other} {self.tasks[other].cancel()}".lower())

    async def do_timeout(self, number, time, body):
        async with timeout(time):
            await self.run(number, body)

    async def do_group(self, number, children, body):
        async with TaskGroup() as group:
            for child, instructions in children:
                self.tasks[child] = group.create_task(self.task(child, instructions))
            await self.run(number, body)
        self.note(number, "left the group")

    async def do_try(self, number, body, which, handler):
        types = {"cancel": asyncio.CancelledError, "error": Exception, "all": (Exception, asyncio.CancelledError)}
        try:
            await self.run(number, body)
        except types[which] as error:
            self.note(number, f"caught {told(error)}")
            await self.run(number, handler)

    async def do_finally(self, number, body, final):
        try:
            await self.run(number, body)
        finally:
            self.note(number, "finally")
            await self.run(number, final)

    async def do_raise(self, number, text):
        raise Boom(text)

    async def do_soon(self, number, text):
        self.loop.call_soon(self.note, number, text)

    async def do_later(self, number, time, text):
        self.loop.call_later(time, self.note, number, text)

    async def do_lock(self, number, lock, body):
        async with self.locks[lock]:
            self.note(number, f"holds lock {lock}")
            await self.run(number, body)

    async def do_semaphore(self, number, semaphore, body):
        async with self.semaphores[semaphore]:
            self.note(number, f"holds semaphore {semaphore}")
            await self.run(number, body)

    async def do_event(self, number, event, what):
        if what == "wait":
            await self.events[event].wait()
            self.note(number, f"event {event}")
        else:
            getattr(self.events[event], what)()

    async def do_put(self, number, queue, value):
        await self.queues[queue].put(value)
        self.note(number, f"put {value}")

    async def do_get(self, number, queue):
        self.note(number, f"got {await self.queues[queue].get()}")

    async def do_put_nowait(self, number, queue, value):
        self.queues[queue].put_nowait(value)

    async def do_get_nowait(self, number, queue):
        self.note(number, f"got {self.queues[queue].get_nowait()}")

    async def do_task_done(self, number, queue):
        self.queues[queue].task_done()

    async def do_queue_join(self, number, queue):
        await self.queues[queue].join()
        self.note(number, "queue joined")

    async def do_future(self, number, index, what):
        future = self.futures[index]
        if what == "wait":
            self.note(number, f"future {await future}")
        elif what == "set":
            future.set_result(index)
        elif what == "fail":
            future.set_exception(Boom("future"))
        else:
            future.cancel()

    async def do_barrier(self, number, barrier):
        self.note(number, f"barrier {await self.barriers[barrier].wait()}")


async def play(program):
    interpreter = Interpreter(program)
    loop = asyncio.get_running_loop()
    main = asyncio.create_task(interpreter.task(0, program["main"]))
    interpreter.tasks[0] = main

    def bark():
        for number in sorted(interpreter.tasks):
            interpreter.tasks[number].cancel()

    dogs = [loop.call_later(WATCHDOG["first"] + i * WATCHDOG["every"], bark) for i in range(WATCHDOG["times"])]
    while pending := [task for task in interpreter.tasks.values() if not task.done()]:
        await asyncio.wait(pending)
    for dog in dogs:
        dog.cancel()
    for number in sorted(interpreter.tasks):
        interpreter.trace.append(f"{number}: {interpreter.outcome(interpreter.tasks[number])}")
    return interpreter.trace


for line in sys.stdin:
    OrderedTimer.counter = itertools.count()
    loop = VirtualLoop()
    loop.set_exception_handler(lambda loop, context: None)
    try:
        trace = loop.run_until_complete(play(json.loads(line)))
    except Deadlock:
        trace = ["deadlock"]
    print(json.dumps(trace), flush=True)
    loop.close()
