import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import { InvalidArgumentError } from '../../src/errors/invalid-argument.ts';
import { getCurrent, Greenlet, GreenletError, GreenletExit } from '../../src/public/greenlet.ts';

const { main } = Greenlet;

suite('the parent', () => {
  test('is the greenlet that makes it, unless another is given', () => {
    assert.equal(new Greenlet(() => {}).parent, main);
    const [maker, made] = new Greenlet(() => [
      getCurrent(),
      new Greenlet(() => {}),
    ]).switch() as Greenlet[];
    assert.equal(made!.parent, maker);
    assert.equal(new Greenlet(() => {}, made).parent, made);
    assert.equal(new Greenlet(() => {}, null).parent, main);
  });

  test('is read at the end: re-parenting redirects the result', () => {
    const collector = new Greenlet(() => `collected ${String(main.switch())}`);
    collector.switch();
    const worker = new Greenlet(() => {
      main.switch();
      return 'result';
    });
    worker.switch();
    worker.parent = collector;
    assert.equal(worker.switch(), 'collected result');
    assert.equal(collector.dead, true);
  });

  test('re-parenting redirects an error', () => {
    const collector = new Greenlet(() => {
      try {
        main.switch();
      } catch (error) {
        return `caught ${String(error)}`;
      }
      return 'nothing';
    });
    collector.switch();
    const worker = new Greenlet(() => {
      throw 'oops';
    });
    worker.parent = collector;
    assert.equal(worker.switch(), 'caught oops');
  });

  test('one that has not started is started with the result as its argument', () => {
    const parent = new Greenlet((value: number) => value + 1);
    assert.equal(new Greenlet(() => 41, parent).switch(), 42);
  });

  test('one that has not started may have a method to run, and be held by nobody but its child', () => {
    class Plus extends Greenlet {
      readonly summand: number = 1;
      override run(value: number): number {
        return value + this.summand;
      }
    }
    const child = new Greenlet(() => 41, new Plus());
    assert.equal(child.switch(), 42);
  });

  test('one that has nothing to run cannot take the result of its child: its own parent hears why', () => {
    const parent = new Greenlet();
    const child = new Greenlet(() => 41, parent);
    assert.throws(() => child.switch(), GreenletError);
    assert.deepEqual([child.dead, parent.started], [true, false]);
  });

  test('one that has not started dies of the error of its child', () => {
    let ran = false;
    const parent = new Greenlet(() => (ran = true));
    const child = new Greenlet(() => {
      throw new RangeError('child');
    }, parent);
    assert.throws(() => child.switch(), RangeError);
    assert.equal(parent.dead, true);
    assert.equal(ran, false);
  });

  test('a dead one passes the result on to its own parent', () => {
    const parent = new Greenlet(() => {});
    const child = new Greenlet(() => 'past the dead', parent);
    parent.switch();
    assert.equal(child.switch(), 'past the dead');
  });

  test('GreenletExit that ends a greenlet is a value for its parent', () => {
    const exit = new GreenletExit('enough');
    assert.equal(
      new Greenlet(() => {
        throw exit;
      }).switch(),
      exit,
    );
  });

  test('a cycle is refused and changes nothing', () => {
    const a = new Greenlet(() => {});
    const b = new Greenlet(() => {}, a);
    const c = new Greenlet(() => {}, b);
    assert.throws(() => (a.parent = c), GreenletError);
    assert.throws(() => (a.parent = a), GreenletError);
    assert.equal(a.parent, main);
  });

  test('the main greenlet can be given none, and nobody anything but a greenlet', () => {
    assert.throws(() => (main.parent = new Greenlet(() => {})), GreenletError);
    assert.throws(() => (new Greenlet(() => {}).parent = null as never), InvalidArgumentError);
  });
});
