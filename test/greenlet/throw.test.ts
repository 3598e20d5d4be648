import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import { getCurrent, Greenlet, GreenletError, GreenletExit } from '../../src/public/greenlet.ts';

const { main } = Greenlet;

suite('throw', () => {
  test('raises the error where the greenlet is parked', () => {
    const greenlet = new Greenlet(() => {
      try {
        main.switch();
      } catch (error) {
        return `caught ${(error as Error).message}`;
      }
      return 'not thrown';
    });
    greenlet.switch();
    assert.equal(greenlet.throw(new Error('x')), 'caught x');
  });

  test('throws a GreenletExit by default, which reaches the parent as a value', () => {
    let cleaned = false;
    const greenlet = new Greenlet(() => {
      try {
        main.switch();
      } finally {
        cleaned = true;
      }
    });
    greenlet.switch();
    assert.ok(greenlet.throw() instanceof GreenletExit);
    assert.equal(cleaned, true);
    assert.equal(greenlet.dead, true);
  });

  test('any value can be thrown', () => {
    for (const value of ['text', 0, null, { plain: true }]) {
      const greenlet = new Greenlet(() => main.switch());
      greenlet.switch();
      assert.throws(
        () => greenlet.throw(value),
        (thrown) => thrown === value,
      );
    }
  });

  test('a subclass of Error stands for an instance of it, as in Python', () => {
    class Enough extends GreenletExit {}
    const greenlet = new Greenlet(() => main.switch());
    greenlet.switch();
    assert.throws(() => greenlet.throw(RangeError), RangeError);
    assert.ok(new Greenlet(() => {}).throw(Enough) instanceof Enough);
  });

  test('thrown in oneself it is raised at once, even a GreenletExit', () => {
    const greenlet = new Greenlet(() => {
      try {
        getCurrent().throw();
      } catch (error) {
        return error;
      }
      return 'not thrown';
    });
    assert.ok(greenlet.switch() instanceof GreenletExit);
    assert.throws(() => main.throw(new RangeError('me')), RangeError);
  });

  test('a GreenletExit that reaches a parent that has not started starts it without arguments', () => {
    const parent = new Greenlet((...args: unknown[]) => ['started with', args]);
    const child = new Greenlet(() => 'never', parent);
    assert.deepEqual(child.throw(), ['started with', []]);
    assert.deepEqual([child.dead, parent.dead], [true, true]);
    const another = new Greenlet((...args: unknown[]) => ['started with', args]);
    child.parent = another;
    assert.deepEqual(child.throw(), ['started with', []]);
  });

  test('an error that is meant for one with nothing to run is replaced: that cannot start', () => {
    const greenlet = new Greenlet();
    assert.throws(() => greenlet.throw(new RangeError('early')), GreenletError);
    assert.equal(greenlet.started, false);
  });

  test('one that has not started dies without running, and the error goes to its parent', () => {
    let ran = false;
    const greenlet = new Greenlet(() => (ran = true));
    assert.throws(() => greenlet.throw(new RangeError('early')), RangeError);
    assert.equal(greenlet.dead, true);
    assert.equal(ran, false);
    const other = new Greenlet(() => (ran = true));
    assert.ok(other.throw() instanceof GreenletExit);
    assert.equal(ran, false);
  });

  test('at a dead greenlet the error is raised in its parent, but GreenletExit is a value', () => {
    const greenlet = new Greenlet(() => {});
    greenlet.switch();
    assert.throws(() => greenlet.throw(new RangeError('late')), RangeError);
    const exit = new GreenletExit();
    assert.equal(greenlet.throw(exit), exit);
  });

  test('an uncaught error is raised in the parent', () => {
    const error = new Error('child');
    const parent = new Greenlet(() => {
      const child = new Greenlet(() => {
        throw error;
      });
      try {
        child.switch();
      } catch (caught) {
        return caught;
      }
      return undefined;
    });
    assert.equal(parent.switch(), error);
  });

  test('an error climbs through parents that do not catch it', () => {
    const outer = new Greenlet(() =>
      new Greenlet(() =>
        new Greenlet(() => {
          throw new TypeError('inmost');
        }).switch(),
      ).switch(),
    );
    assert.throws(() => outer.switch(), TypeError);
    assert.equal(outer.dead, true);
  });

  test('switching within a finally block of an unwinding greenlet works', () => {
    const greenlet = new Greenlet(() => {
      try {
        main.switch('parked');
      } finally {
        main.switch('cleaning up');
      }
    });
    assert.equal(greenlet.switch(), 'parked');
    assert.equal(greenlet.throw(), 'cleaning up');
    assert.ok(greenlet.switch() instanceof GreenletExit);
  });
});
