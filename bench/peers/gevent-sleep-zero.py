"""COUNT greenlets of gevent, SLEEPS sleeps of 0 in all; sleeps a second."""

import sys
from time import perf_counter

import gevent

from rounds import serve

count, sleeps = int(sys.argv[1]), int(sys.argv[2])


def work():
    for _ in range(sleeps // count):
        gevent.sleep(0)


def round_robin():
    started = perf_counter()
    gevent.joinall([gevent.spawn(work) for _ in range(count)])
    return sleeps / (perf_counter() - started)


serve(round_robin)
