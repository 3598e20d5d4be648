"""Runs programs (program.ts says what they are) on asyncio, in virtual time. A unit of time is a second here, so that
all times are exact."""

import asyncio
import collections
import heapq
import itertools
import json
import selectors


class Deadlock(BaseException):
    pass


class VirtualSelector(selectors.BaseSelector):
    """Nothing ever happens but time."""

    def __init__(self, clock):
        self.clock = clock

    def select(self, timeout=None):
        if timeout is None:
            raise Deadlock()
        if timeout > 0:
            self.clock.now += timeout
        return []

    def register(self, fileobj, events, data=None):
        raise NotImplementedError

    def unregister(self, fileobj):
        raise NotImplementedError

    def get_map(self):
        return {}


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

    def _make_self_pipe(self):
        """No other thread wakes it."""

    def _close_self_pipe(self):
        pass

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


class Boom(Exception):
    pass


def told(error):
    if isinstance(error, BaseExceptionGroup):
        return "Group(" + ", ".join(told(one) for one in error.exceptions) + ")"
    if isinstance(error, Boom):
        return f"Boom({error})"
    if isinstance(error, asyncio.CancelledError):
        message = error.args[0] if error.args else None
        return "CancelledError" if message in (None, "") else f"CancelledError({message})"
    if type(error) in (ValueError, RuntimeError):
        return "InvalidStateError"  # task_done() too often, release() of what is free
    return type(error).__name__


KINDS = {"fifo": asyncio.Queue, "lifo": asyncio.LifoQueue, "priority": asyncio.PriorityQueue}


class Interpreter:
    def __init__(self, program):
        self.trace = []
        self.tasks = {}
        self.locks = [asyncio.Lock() for _ in range(program["locks"])]
        self.semaphores = [asyncio.Semaphore(n) for n in program["semaphores"]]
        self.events = [asyncio.Event() for _ in range(program["events"])]
        self.queues = [KINDS[kind](n) for kind, n in program["queues"]]
        loop = asyncio.get_running_loop()
        self.futures = [loop.create_future() for _ in range(program["futures"])]
        self.barriers = [asyncio.Barrier(n) for n in program["barriers"]]
        self.conditions = [asyncio.Condition() for _ in range(program["conditions"])]
        self.loop = loop
        self.handle = None
        self.limits = collections.defaultdict(list)
        self.groups = collections.defaultdict(list)

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
        try:
            return str(future.result())
        except (Exception, asyncio.CancelledError) as error:
            return told(error)

    def known(self, others):
        """Tasks by their numbers, as far as they have been made; futures are counted from 100 on."""
        things = [self.futures[one - 100] if one >= 100 else self.tasks.get(one) for one in others]
        return [thing for thing in things if thing is not None]

    def operation(self, kind, index):
        match kind:
            case "get":
                return self.queues[index].get()
            case "put":
                return self.queues[index].put(7)
            case "event":
                return self.events[index].wait()
            case "lock":
                return self.locks[index].acquire()
            case "semaphore":
                return self.semaphores[index].acquire()
            case "barrier":
                return self.barriers[index].wait()
            case "sleep":
                return asyncio.sleep(index, "slept")

    async def do_log(self, number, text):
        self.note(number, text)

    async def do_sleep(self, number, time):
        await asyncio.sleep(time)
        self.note(number, "slept")

    async def do_spawn(self, number, child, body, eager):
        self.tasks[child] = asyncio.create_task(self.task(child, body), eager_start=eager)

    async def do_join(self, number, other):
        for one in self.known([other]):
            self.note(number, f"joined {await one}")

    async def do_shield(self, number, other):
        for one in self.known([other]):
            self.note(number, f"shielded {await asyncio.shield(one)}")

    async def do_wait_for(self, number, other, time):
        for one in self.known([other]):
            self.note(number, f"in time {await asyncio.wait_for(one, time)}")

    async def do_limited(self, number, kind, index, time):
        result = await asyncio.wait_for(self.operation(kind, index), time)
        self.note(number, f"{kind} in time {result}".lower())
        if kind == "lock":
            self.locks[index].release()
        if kind == "semaphore":
            self.semaphores[index].release()

    async def do_gather_all(self, number, operations, return_exceptions):
        """They are made into tasks."""
        coroutines = [self.operation(*one) for one in operations]
        await self.gather(number, coroutines, return_exceptions)

    async def do_gather(self, number, others, return_exceptions):
        await self.gather(number, self.known(others), return_exceptions)

    async def gather(self, number, things, return_exceptions):
        results = await asyncio.gather(*things, return_exceptions=return_exceptions)
        texts = [told(one) if isinstance(one, BaseException) else str(one) for one in results]
        self.note(number, f"gathered {' '.join(texts)}".lower())

    async def do_wait(self, number, others, mode, time):
        things = self.known(others)
        if things:
            done, pending = await asyncio.wait(things, timeout=time, return_when=getattr(asyncio, mode))
            names = lambda some: ",".join(str(one) for one in others if some.intersection(self.known([one])))
            self.note(number, f"done {names(done)} pending {names(pending)}")

    async def do_as_completed(self, number, others, time):
        things = self.known(others)
        # It looks at what is done in the order of a set.
        if not any(one.done() for one in things):
            for next_one in asyncio.as_completed(things, timeout=time):
                self.note(number, f"completed {await next_one}")

    def cancel(self, number, other, message):
        for one in self.known([other]):
            self.note(number, f"cancel {other} {one.cancel(message)}".lower())

    async def do_cancel(self, number, other, message):
        self.cancel(number, other, message)

    async def do_cancel_later(self, number, time, other, message):
        self.handle = self.loop.call_later(time, self.cancel, number, other, message)

    async def do_uncancel(self, number, other):
        for one in self.known([other]):
            self.note(number, f"{one.cancelling()} requests, {one.uncancel()} left")

    async def do_cancelling(self, number):
        self.note(number, f"{asyncio.current_task().cancelling()} requests")

    async def do_timeout(self, number, time, body):
        async with asyncio.timeout(time) as limit:
            self.limits[number].append(limit)
            try:
                await self.run(number, body)
            finally:
                self.limits[number].pop()
                self.note(number, f"expired {limit.expired()}".lower())

    async def do_reschedule(self, number, time):
        if self.limits[number]:
            self.limits[number][-1].reschedule(None if time is None else self.loop.time() + time)

    async def do_group(self, number, children, body):
        async with TaskGroup() as group:
            for child, instructions, eager in children:
                self.groups[child].append(group)
                self.tasks[child] = group.create_task(self.task(child, instructions), eager_start=eager)
            self.groups[number].append(group)
            try:
                await self.run(number, body)
            finally:
                self.groups[number].pop()
        self.note(number, "left the group")

    async def do_into_group(self, number, child, body, eager):
        """Into the innermost one that the task is in, or runs the body of."""
        if self.groups[number]:
            self.tasks[child] = self.groups[number][-1].create_task(self.task(child, body), eager_start=eager)

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
        self.handle = self.loop.call_soon(self.note, number, text)

    async def do_later(self, number, time, text):
        self.handle = self.loop.call_later(time, self.note, number, text)

    async def do_cancel_handle(self, number):
        if self.handle is not None:
            self.handle.cancel()

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

    async def do_condition(self, number, index, before, what, after):
        condition = self.conditions[index]
        async with condition:
            self.note(number, f"holds condition {index}")
            await self.run(number, before)
            if what == "wait":
                await condition.wait()
                self.note(number, "notified")
            elif what == "wait_for":
                await condition.wait_for(self.events[index].is_set)
                self.note(number, "notified of the event")
            elif what == "all":
                condition.notify_all()
            else:
                condition.notify(what)
            await self.run(number, after)

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

    async def do_shutdown(self, number, queue, immediate):
        self.queues[queue].shutdown(immediate)

    async def do_future(self, number, index, what, message):
        future = self.futures[index]
        if what == "wait":
            self.note(number, f"future {await future}")
        elif what == "set":
            future.set_result(index)
        elif what == "fail":
            future.set_exception(Boom("future"))
        else:
            future.cancel(message)

    async def do_barrier(self, number, index, what):
        barrier = self.barriers[index]
        if what == "wait":
            self.note(number, f"barrier {await barrier.wait()}")
        else:
            await getattr(barrier, what)()
        self.note(number, f"{barrier.n_waiting} at the barrier")


async def play(program, watchdog):
    interpreter = Interpreter(program)
    loop = asyncio.get_running_loop()
    main = asyncio.create_task(interpreter.task(0, program["main"]))
    interpreter.tasks[0] = main

    def bark():
        for number in sorted(interpreter.tasks):
            interpreter.tasks[number].cancel()

    first, every, times = watchdog
    dogs = [loop.call_later(first + i * every, bark) for i in range(times)]
    while pending := [task for task in interpreter.tasks.values() if not task.done()]:
        await asyncio.wait(pending)
    for dog in dogs:
        dog.cancel()
    for number in sorted(interpreter.tasks):
        task = interpreter.tasks[number]
        interpreter.trace.append(f"{number}: {interpreter.outcome(task)}, {task.cancelling()} requests")
    # What was set for later may still come while the loop ends.
    return list(interpreter.trace)


def trace_of(program, watchdog):
    """The trace of a program; both are JSON."""
    OrderedTimer.counter = itertools.count()
    loop = VirtualLoop()
    loop.set_exception_handler(lambda loop, context: None)
    try:
        trace = loop.run_until_complete(play(json.loads(program), json.loads(watchdog)))
    except Deadlock:
        trace = ["deadlock"]
    loop.close()
    return json.dumps(trace)
