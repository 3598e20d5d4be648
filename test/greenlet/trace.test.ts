import assert from 'node:assert/strict';
import { afterEach, suite, test } from 'node:test';

import { getCurrent, getTrace, Greenlet, setTrace } from '../../src/public/greenlet.ts';

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
