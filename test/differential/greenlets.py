"""Runs programs (test/greenlet/random-program.ts says what they are) on python-greenlet: one program per line of
stdin, one trace per line of stdout."""

import json
import sys

from greenlet import GreenletExit, getcurrent, greenlet, settrace


class Numbered(Exception):
    pass


class NumberedExit(GreenletExit):
    pass




def show(value):
    if isinstance(value, (Numbered, NumberedExit)):
        return str(value)
    if isinstance(value, AttributeError):
        return 'nothing to run'
    if value == ():
        return 'undefined'
    if isinstance(value, (list, tuple)):
        return '[' + ','.join(map(show, value)) + ']'
    return json.dumps(value)


def state(one):
    return 'x' if one.dead else 'a' if one else 'p'


class Play:
    def __init__(self, steps):
        self.steps = steps
        self.events = []
        self.greenlets = [getcurrent()]
        self.cursor = 0
        self.spoiled = False

    def at(self, number):
        return self.greenlets[number % len(self.greenlets)]

    def id(self, one):
        return self.greenlets.index(one)

    def error(self, exit):
        return NumberedExit(f'exit {self.cursor}') if exit else Numbered(f'error {self.cursor}')

    def tracer(self, event, args):
        origin, target = args
        assert getcurrent() is target
        self.events.append(f'{event} {self.id(origin)} {self.id(target)}')
        if self.spoiled:
            self.spoiled = False
            raise Numbered('error of the tracer')

    def body(self, number):
        def run(*args):
            starts = '[' + ','.join(map(show, args)) + ']'
            self.events.append(f'{number} starts with {starts}')
            return self.act(number)

        return run

    def act(self, me):
        while True:
            assert getcurrent() is self.greenlets[me]
            states = ' '.join(
                state(one) + ('' if one.parent is None else str(self.id(one.parent)))
                for one in self.greenlets
            )
            self.events.append(f'{me} {states}')
            settrace(self.tracer)
            self.cursor += 1
            if self.cursor > len(self.steps):
                return 'no more'
            step = self.steps[self.cursor - 1]
            do = step['do']
            if do == 'make':
                # None would be something to run.
                run = {'run': self.body(len(self.greenlets))} if step['runs'] else {}
                parent = None if step['parent'] is None else self.at(step['parent'])
                self.greenlets.append(greenlet(parent=parent, **run))
            elif do == 'give':
                one = self.at(step['to'])
                self.attempt(one, 'run', self.body(self.id(one)))
            elif do == 'switch':
                self.receive(me, lambda: self.at(step['to']).switch(*step['values']))
            elif do == 'throw':
                self.receive(me, lambda: self.at(step['to']).throw(self.error(step['exit'])))
            elif do == 'adopt':
                self.attempt(self.at(step['child']), 'parent', self.at(step['parent']))
            elif do == 'return':
                if me != 0:
                    return f'result of {me}'
            elif do == 'raise':
                if me != 0:
                    raise self.error(step['exit'])
            elif do == 'spoil':
                self.spoiled = True

    def attempt(self, one, name, value):
        try:
            setattr(one, name, value)
        except (AttributeError, ValueError):
            self.events.append('refused')

    def receive(self, me, call):
        try:
            value = call()
        except BaseException as error:
            self.events.append(f'{me} catches {show(error)}')
            if isinstance(error, GreenletExit) and me != 0:
                raise
        else:
            self.events.append(f'{me} gets {show(value)}')

    def play(self):
        self.act(0)
        for number in range(1, len(self.greenlets)):
            self.cursor = len(self.steps) + number
            settrace(self.tracer)
            if self.greenlets[number]:
                self.receive(0, lambda: self.greenlets[number].throw(self.error(True)))
        settrace(None)
        return self.events


for line in sys.stdin:
    print(json.dumps(Play(json.loads(line)).play()), flush=True)
