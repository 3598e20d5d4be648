"""Runs programs (program.ts says what they are) on asyncio, in virtual time: one program per line of stdin,
one trace per line of stdout. A unit of time is a second here, so that all times are exact."""

import asyncio
import collections
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


# What follows is asyncio as of 3.13 and 3.14, where 3.11 and 3.12 were otherwise.


class Task(asyncio.tasks._PyTask):
    """The last request to cancel, taken back, is also off if it has not been raised yet."""

    def uncancel(self):
        left = super().uncancel()
        if left == 0:
            self._must_cancel = False
        return left


class OrderedSet(dict):
    """What a TaskGroup keeps its tasks in here, so that it cancels them in order; a set of CPython's has none."""

    def add(self, item):
        self[item] = None

    def discard(self, item):
        self.pop(item, None)


class TaskGroup(asyncio.TaskGroup):
    """Its own request to cancel the task is taken back last of all; requests of others outlive the failures."""

    def __init__(self):
        super().__init__()
        self._tasks = OrderedSet()

    async def __aexit__(self, kind, error, traceback):
        self._exiting = True
        cancellation = error if isinstance(error, asyncio.CancelledError) else None
        if error is not None and not self._aborting:
            self._abort()
        while self._tasks:
            self._on_completed_fut = self._loop.create_future()
            try:
                await self._on_completed_fut
            except asyncio.CancelledError as raised:
                if not self._aborting:
                    cancellation = raised
                    self._abort()
            self._on_completed_fut = None
        if self._parent_cancel_requested and self._parent_task.uncancel() == 0:
            cancellation = None
        if cancellation is not None and not self._errors:
            raise cancellation
        if error is not None and not isinstance(error, asyncio.CancelledError):
            self._errors.append(error)
        if self._errors:
            if self._parent_task.cancelling():
                self._parent_task.uncancel()
                self._parent_task.cancel()
            raise BaseExceptionGroup("failures", self._errors) from None


class Timeout(asyncio.Timeout):
    """Requests to cancel the task that were there before do not count."""

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


class Semaphore(asyncio.Semaphore):
    """Whoever leaves, with a place or without, lets in as many as there are places for."""

    async def acquire(self):
        if not self.locked():
            self._value -= 1
            return True
        if self._waiters is None:
            self._waiters = collections.deque()
        waiter = asyncio.get_running_loop().create_future()
        self._waiters.append(waiter)
        try:
            try:
                await waiter
            finally:
                self._waiters.remove(waiter)
        except asyncio.CancelledError:
            if not waiter.cancelled():
                self._value += 1
            raise
        finally:
            while self._value > 0 and any(not one.done() for one in self._waiters):
                self._wake_up_next()
        return True


class Condition(asyncio.Condition):
    """Whoever leaves with an error notifies the next."""

    async def wait(self):
        try:
            return await super().wait()
        except BaseException:
            for waiter in self._waiters:
                if not waiter.done():
                    waiter.set_result(False)
                    break
            raise


class Barrier(asyncio.Barrier):
    def __init__(self, parties):
        super().__init__(parties)
        self._cond = Condition()


class QueueShutDown(Exception):
    pass


class ShutDownMixin:
    """Nobody waits at a queue that is shut down: for those who would it is neither full nor empty."""

    is_shut_down = False

    def full(self):
        return not self.is_shut_down and super().full()

    def empty(self):
        return not self.is_shut_down and super().empty()

    def put_nowait(self, item):
        if self.is_shut_down:
            raise QueueShutDown
        super().put_nowait(item)

    def get_nowait(self):
        if self.is_shut_down and self.qsize() == 0:
            raise QueueShutDown
        return super().get_nowait()

    def shutdown(self, immediate):
        self.is_shut_down = True
        if immediate:
            while self.qsize() > 0:
                self._get()
                if self._unfinished_tasks > 0:
                    self._unfinished_tasks -= 1
            if self._unfinished_tasks == 0:
                self._finished.set()
        for waiters in (self._getters, self._putters):
            while waiters:
                self._wakeup_next(waiters)


class Fifo(ShutDownMixin, asyncio.Queue):
    pass


class Lifo(ShutDownMixin, asyncio.LifoQueue):
    pass


class Priority(ShutDownMixin, asyncio.PriorityQueue):
    pass


def gather(tasks, return_exceptions):
    """What is done counts at once, and not a turn later. Only the done ones need other code than 3.11's."""
    once = list(dict.fromkeys(tasks))
    done = [task for task in once if task.done()]
    outer = asyncio.tasks._GatheringFuture(tasks, loop=asyncio.get_running_loop())
    left = len(once)

    def on_done(task):
        nonlocal left
        left -= 1
        if outer.done():
            if not task.cancelled():
                task.exception()
            return
        if not return_exceptions:
            if task.cancelled():
                outer.set_exception(task._make_cancelled_error())
                return
            if task.exception() is not None:
                outer.set_exception(task.exception())
                return
        if left > 0:
            return
        if outer._cancel_requested:
            outer.set_exception(task._make_cancelled_error())
            return
        outer.set_result(
            [
                asyncio.CancelledError() if one.cancelled() else one.exception() or one.result()
                for one in tasks
            ]
        )

    for task in once:
        if task not in done:
            task.add_done_callback(on_done)
    for task in done:
        on_done(task)
    return outer


async def wait_for(task, time):
    """A timeout around the await; before, it was written out and differed in races."""
    if time > 0:
        async with timeout(time):
            return await task
    if task.done():
        return task.result()
    await asyncio.tasks._cancel_and_wait(task, asyncio.get_running_loop())
    try:
        return task.result()
    except asyncio.CancelledError as error:
        raise TimeoutError from error


def timeout(time):
    return Timeout(asyncio.get_running_loop().time() + time)


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


KINDS = {"fifo": Fifo, "lifo": Lifo, "priority": Priority}


class Interpreter:
    def __init__(self, program):
        self.trace = []
        self.tasks = {}
        self.locks = [asyncio.Lock() for _ in range(program["locks"])]
        self.semaphores = [Semaphore(n) for n in program["semaphores"]]
        self.events = [asyncio.Event() for _ in range(program["events"])]
        self.queues = [KINDS[kind](n) for kind, n in program["queues"]]
        loop = asyncio.get_running_loop()
        self.futures = [loop.create_future() for _ in range(program["futures"])]
        self.barriers = [Barrier(n) for n in program["barriers"]]
        self.conditions = [Condition() for _ in range(program["conditions"])]
        self.loop = loop
        self.handle = None

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
        if other in self.tasks:
            self.note(number, f"in time {await wait_for(self.tasks[other], time)}")

    async def do_gather(self, number, others, return_exceptions):
        tasks = [self.tasks[one] for one in others if one in self.tasks]
        if tasks:
            results = await gather(tasks, return_exceptions)
            texts = [told(one) if isinstance(one, BaseException) else str(one) for one in results]
            self.note(number, f"gathered {' '.join(texts)}")

    async def do_wait(self, number, others, mode, time):
        tasks = [self.tasks[one] for one in others if one in self.tasks]
        if tasks:
            done, pending = await asyncio.wait(tasks, timeout=time, return_when=getattr(asyncio, mode))
            names = lambda some: ",".join(str(one) for one in others if self.tasks.get(one) in some)
            self.note(number, f"done {names(done)} pending {names(pending)}")

    async def do_as_completed(self, number, others, time):
        tasks = [self.tasks[one] for one in others if one in self.tasks]
        if tasks and not any(task.done() for task in tasks):
            for next_one in asyncio.as_completed(tasks, timeout=time):
                self.note(number, f"completed {await next_one}")

    async def do_cancel(self, number, other, message):
        if other in self.tasks:
            self.note(number, f"cancel {other} {self.tasks[other].cancel(message)}".lower())

    async def do_uncancel(self, number):
        me = self.tasks[number]
        self.note(number, f"{me.cancelling()} requests, {me.uncancel()} left")

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
    # What was set for later may still come while the loop ends.
    return list(interpreter.trace)


for line in sys.stdin:
    OrderedTimer.counter = itertools.count()
    loop = VirtualLoop()
    loop.set_task_factory(lambda loop, coroutine, context=None: Task(coroutine, loop=loop, context=context))
    loop.set_exception_handler(lambda loop, context: None)
    try:
        trace = loop.run_until_complete(play(json.loads(line)))
    except Deadlock:
        trace = ["deadlock"]
    print(json.dumps(trace), flush=True)
    loop.close()
