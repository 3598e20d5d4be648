import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import { getCurrent, Greenlet } from '../../src/public/greenlet.ts';

const { main } = Greenlet;

/** The names of the functions in a trace. */
function functionsIn(trace: string | undefined): string[] {
  return [...(trace ?? '').matchAll(/^ +at (?:new )?(\S+) \(/gm)].map((match) => match[1]!);
}

function innermost(): unknown {
  return main.switch('parked');
}

function between(depth: number): unknown {
  return depth === 0 ? innermost() : between(depth - 1);
}

suite('the stack of a suspended greenlet', () => {
  test('tells where it stands, the innermost call first, and nothing of the machinery', () => {
    const greenlet = new Greenlet(function outermost() {
      return between(1);
    });
    greenlet.switch();
    assert.deepEqual(functionsIn(greenlet.stack), ['innermost', 'between', 'between', 'outermost']);
  });

  test('does not disturb it: it can be asked any number of times, and goes on as it would have', () => {
    const greenlet = new Greenlet(() => between(0));
    greenlet.switch();
    const first = greenlet.stack;
    for (let i = 0; i < 100; i++) assert.equal(greenlet.stack, first);
    assert.equal(greenlet.switch('onwards'), 'onwards');
  });

  test('is undefined for one that runs, has not started or is dead', () => {
    const seen: unknown[] = [];
    const greenlet: Greenlet = new Greenlet(() => void seen.push(greenlet.stack));
    seen.push(greenlet.stack);
    greenlet.switch();
    seen.push(greenlet.stack, getCurrent().stack);
    assert.deepEqual(seen, [undefined, undefined, undefined, undefined]);
  });

  test('can be asked by one greenlet of another, and of the main one', () => {
    const parked = new Greenlet(() => between(0));
    parked.switch();
    const asker = new Greenlet(() => [parked.stack, main.stack]);
    const traces = (function waitsForTheAsker() {
      return asker.switch();
    })() as string[];
    assert.deepEqual(functionsIn(traces[0])[0], 'innermost');
    assert.deepEqual(functionsIn(traces[1])[0], 'waitsForTheAsker');
  });

  test('shows the whole of a deep stack, whatever Error.stackTraceLimit is, and leaves that as it was', () => {
    const greenlet = new Greenlet(() => between(60));
    greenlet.switch();
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 3;
    try {
      assert.equal(functionsIn(greenlet.stack).filter((name) => name === 'between').length, 61);
      assert.equal(Error.stackTraceLimit, 3);
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  });

  test('shows callers that are built in: a comparator of sort, a replacer', () => {
    const greenlet = new Greenlet(() =>
      [2, 1].sort(() => 'a'.replace('a', () => innermost() as string).length),
    );
    greenlet.switch();
    assert.match(greenlet.stack!, /innermost[^]*String\.replace[^]*Array\.sort/);
  });

  test('a program that formats traces itself, even into no string, is no obstacle', () => {
    const greenlet = new Greenlet(() => innermost());
    greenlet.switch();
    const { prepareStackTrace } = Error;
    Error.prepareStackTrace = (_error, frames) => ['formatted', ...frames.map(String)];
    try {
      assert.equal(typeof greenlet.stack, 'string');
    } finally {
      Error.prepareStackTrace = prepareStackTrace;
    }
    assert.equal(greenlet.switch('onwards'), 'onwards');
  });
});
