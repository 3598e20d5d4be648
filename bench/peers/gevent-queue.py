"""A producer and a consumer at gevent's Queue(1); items a second."""

import sys
from time import perf_counter

import gevent
from gevent.queue import Queue

from rounds import serve

items = int(sys.argv[1])


def produce(queue):
    for i in range(items):
        queue.put(i)


def consume(queue):
    total = 0
    for _ in range(items):
        total += queue.get()
    assert total == items * (items - 1) // 2


def round_():
    queue = Queue(1)
    started = perf_counter()
    gevent.joinall([gevent.spawn(produce, queue), gevent.spawn(consume, queue)], raise_error=True)
    return items / (perf_counter() - started)


serve(round_)
