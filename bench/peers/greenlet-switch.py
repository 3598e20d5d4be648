"""Two greenlets of python-greenlet that switch to each other; switches a second."""

from time import perf_counter

from greenlet import greenlet

from rounds import serve

SWITCHES = 1_000_000


def ping_pong():
    def ping():
        for _ in range(SWITCHES // 2):
            b.switch()

    def pong():
        while True:
            a.switch()

    a = greenlet(ping)
    b = greenlet(pong)
    started = perf_counter()
    a.switch()
    return SWITCHES / (perf_counter() - started)


serve(ping_pong)
