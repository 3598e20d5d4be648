import assert from 'node:assert/strict';
import { afterEach, suite, test } from 'node:test';

import { sleep, spawn } from '../../src/public/gevent.ts';
import { main as run } from '../../src/public/index.ts';
import {
  getCurrent,
  getTrace,
  Greenlet,
  GreenletExit,
  setTrace,
} from '../../src/public/greenlet.ts';

const { main } = Greenlet;

suite('setTrace', () => {
  afterEach(() => void setTrace(null));

  test('reports every switch in the greenlet switched to', () => {
    const log: string[] = [];
    const names = new Map<Greenlet, string>([[main, 'main']]);
    const greenlet = new Greenlet(() => {
      main.switch();
      main.switch();
    });
    names.set(greenlet, 'g');
    setTrace((event, { origin, target }) => {
      assert.equal(getCurrent(), target);
      log.push(`${event} ${names.get(origin)} ${names.get(target)}`);
    });
    greenlet.switch();
    greenlet.switch();
    greenlet.switch();
    assert.deepEqual(log, [
      'switch main g',
      'switch g main',
      'switch main g',
      'switch g main',
      'switch main g',
      'switch g main',
    ]);
  });

  test('reports throw and what a throw ends with', () => {
    const log: string[] = [];
    const greenlet = new Greenlet(() => main.switch());
    greenlet.switch();
    setTrace((event) => void log.push(event));
    assert.throws(() => greenlet.throw(new Error('x')));
    assert.equal(log[0], 'throw');
    assert.equal(log.length, 2);
  });

  /** The events that a call makes; `names` are the greenlets' names. */
  function traced(call: () => unknown, names: ReadonlyMap<Greenlet, string>): string[] {
    const log: string[] = [];
    setTrace((event, { origin, target }) => {
      log.push(`${event} ${names.get(origin)} ${names.get(target)}`);
    });
    try {
      call();
    } catch {
      log.push('raised');
    } finally {
      setTrace(null);
    }
    return log;
  }

  test('reports as throw what arrives as an error, and as switch what has become a value', () => {
    const fails = new Greenlet(() => {
      throw new Error('x');
    });
    const exits = new Greenlet(() => {
      throw new GreenletExit();
    });
    const names = new Map([
      [main, 'main'],
      [fails, 'fails'],
      [exits, 'exits'],
    ]);
    assert.deepEqual(
      traced(() => fails.switch(), names),
      ['switch main fails', 'throw fails main', 'raised'],
    );
    assert.deepEqual(
      traced(() => exits.switch(), names),
      ['switch main exits', 'switch exits main'],
    );
    // Dead ones: their parent stands in, which is the running one.
    assert.deepEqual(
      traced(() => fails.throw(new Error('x')), names),
      ['throw main main', 'raised'],
    );
    assert.deepEqual(
      traced(() => exits.throw(), names),
      ['switch main main'],
    );
  });

  test('reports the death of one that never ran: the throw that it gets, and what its parent gets', () => {
    const parent = new Greenlet(() => 'ran');
    const child = new Greenlet(() => 'never', parent);
    const other = new Greenlet(() => 'never', new Greenlet(() => 'never'));
    const names = new Map([
      [main, 'main'],
      [parent, 'parent'],
      [child, 'child'],
      [other, 'other'],
      [other.parent!, 'above'],
    ]);
    assert.deepEqual(
      traced(() => child.throw(), names),
      ['throw main child', 'switch child parent', 'switch parent main'],
    );
    assert.deepEqual(
      traced(() => other.throw(new Error('x')), names),
      ['throw main other', 'throw other above', 'throw above main', 'raised'],
    );
  });

  test('reports a switch of a greenlet to itself', () => {
    assert.deepEqual(
      traced(() => main.switch(1), new Map([[main, 'main']])),
      ['switch main main'],
    );
  });

  test('reports as throw the resumption of one whose wait an error ends', () => {
    const log: string[] = [];
    let asleep: Greenlet | undefined;
    return run(() => {
      const sleeper = spawn(() => {
        asleep = getCurrent();
        sleep(60_000);
      });
      sleep(0);
      setTrace((event, { target }) => {
        if (target === asleep) log.push(event);
      });
      sleeper.kill();
      assert.deepEqual(log, ['throw']);
    });
  });

  test('returns the function before', () => {
    const first = (): void => {};
    const second = (): void => {};
    assert.equal(setTrace(first), null);
    assert.equal(getTrace(), first);
    assert.equal(setTrace(second), first);
    assert.equal(setTrace(null), second);
    assert.equal(getTrace(), null);
  });

  test('an error in it ends the tracing and is raised in the greenlet switched to', () => {
    const greenlet = new Greenlet(() => {
      try {
        main.switch();
      } catch (error) {
        return (error as Error).message;
      }
      return 'nothing';
    });
    greenlet.switch();
    setTrace(() => {
      throw new Error('from the tracer');
    });
    assert.equal(greenlet.switch(), 'from the tracer');
    assert.equal(getTrace(), null);
  });

  test('an error in it at the start of a greenlet ends that greenlet', () => {
    let ran = false;
    const greenlet = new Greenlet(() => (ran = true));
    setTrace(() => {
      throw new Error('from the tracer');
    });
    assert.throws(() => greenlet.switch(), { message: 'from the tracer' });
    assert.equal(ran, false);
    assert.equal(greenlet.dead, true);
  });
});
