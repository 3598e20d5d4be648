import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { inspect } from 'node:util';

import { InvalidArgumentError } from '../../src/errors/invalid-argument.ts';
import { getCurrent, Greenlet, GreenletError } from '../../src/public/greenlet.ts';

const { main } = Greenlet;

suite('switch', () => {
  test('the first switch passes its arguments to the function', () => {
    const greenlet = new Greenlet((...args: number[]) => args);
    assert.deepEqual(greenlet.switch(1, 2, 3), [1, 2, 3]);
  });

  test('one value arrives as itself, several as an array, none as undefined', () => {
    const got: unknown[] = [];
    const greenlet = new Greenlet(() => {
      got.push(main.switch());
      got.push(main.switch());
      got.push(main.switch());
    });
    greenlet.switch();
    greenlet.switch('one');
    greenlet.switch('one', 'two');
    greenlet.switch();
    assert.deepEqual(got, ['one', ['one', 'two'], undefined]);
  });

  test('what the function returns is the result of the switch of its parent', () => {
    const greenlet = new Greenlet((n: number) => (main.switch(n + 1) as number) * 2);
    assert.equal(greenlet.switch(1), 2);
    assert.equal(greenlet.switch(21), 42);
  });

  test('it works from any depth of calls', () => {
    const dive = (depth: number): number =>
      depth === 0 ? (main.switch('deep') as number) : dive(depth - 1) + 1;
    const greenlet = new Greenlet(() => dive(200));
    assert.equal(greenlet.switch(), 'deep');
    assert.equal(greenlet.switch(1000), 1200);
  });

  test('two greenlets can switch to each other without their parent', () => {
    const log: string[] = [];
    const ping: Greenlet = new Greenlet(() => {
      for (let i = 0; i < 3; i++) {
        log.push(`ping ${i}`);
        pong.switch(i);
      }
      return 'done';
    });
    const pong: Greenlet = new Greenlet((first: number) => {
      for (let i = first; ; i = ping.switch() as number) log.push(`pong ${i}`);
    });
    assert.equal(ping.switch(), 'done');
    assert.deepEqual(log, ['ping 0', 'pong 0', 'ping 1', 'pong 1', 'ping 2', 'pong 2']);
  });

  test('switching to oneself returns the value at once', () => {
    assert.equal(main.switch('me'), 'me');
    assert.equal(new Greenlet(() => getCurrent().switch('me too')).switch(), 'me too');
  });

  test('a dead greenlet passes values on to its parent', () => {
    const child = new Greenlet(() => 'result');
    assert.equal(child.switch(), 'result');
    assert.equal(child.switch('onwards'), 'onwards');
    assert.deepEqual(child.switch(1, 2), [1, 2]);
  });

  test('locals and the place of every greenlet are its own', () => {
    const counters = Array.from(
      { length: 50 },
      (_, id) =>
        new Greenlet(() => {
          for (let n = 0; ; n++) main.switch(`${id}:${n}`);
        }),
    );
    for (let n = 0; n < 4; n++) {
      for (const [id, counter] of counters.entries()) assert.equal(counter.switch(), `${id}:${n}`);
    }
  });
});

suite('the state of a greenlet', () => {
  test('goes from pending over active to dead', () => {
    const greenlet = new Greenlet(() => main.switch());
    const state = (): boolean[] => [greenlet.started, greenlet.active, greenlet.dead];
    assert.deepEqual(state(), [false, false, false]);
    greenlet.switch();
    assert.deepEqual(state(), [true, true, false]);
    greenlet.switch();
    assert.deepEqual(state(), [true, false, true]);
  });

  test('the main greenlet is active and has no parent', () => {
    assert.equal(main.active, true);
    assert.equal(main.dead, false);
    assert.equal(main.parent, null);
  });

  test('getCurrent is the running greenlet, the same object each time', () => {
    assert.equal(getCurrent(), main);
    const seen: Greenlet[] = [];
    const greenlet = new Greenlet(() => {
      seen.push(getCurrent());
      main.switch();
      seen.push(getCurrent());
    });
    greenlet.switch();
    assert.equal(getCurrent(), main);
    greenlet.switch();
    assert.deepEqual(
      seen.map((one) => one === greenlet),
      [true, true],
    );
  });

  test('is what it prints', () => {
    class Actor extends Greenlet {}
    const actor = new Actor(() => {
      const current = String(actor);
      main.switch();
      return current;
    });
    const seen = [String(actor)];
    actor.switch();
    seen.push(inspect([actor]));
    seen.push(actor.switch() as string, String(actor), String(main));
    assert.deepEqual(seen, [
      'Actor (pending)',
      '[ Actor (suspended) ]',
      'Actor (current)',
      'Actor (dead)',
      'Greenlet (main, current)',
    ]);
    assert.equal(Object.prototype.toString.call(actor), '[object Greenlet]');
  });

  test('any property can be put on it', () => {
    const greenlet = Object.assign(new Greenlet(() => main.switch()), { tag: 'mine' });
    greenlet.switch();
    assert.equal(greenlet.tag, 'mine');
  });

  test('run is the function until the start', () => {
    const run = (): void => {};
    const greenlet = new Greenlet(run);
    assert.equal(greenlet.run, run);
    const other = (): string => 'other';
    greenlet.run = other;
    assert.equal(greenlet.switch(), 'other');
    assert.equal(greenlet.run, undefined);
    assert.throws(() => (greenlet.run = run), GreenletError);
  });

  test('a subclass may have a method run', () => {
    class Doubler extends Greenlet {
      readonly factor: number = 2;
      override run: any = undefined;
    }
    class ByMethod extends Greenlet {
      factor = 2;
      override run(n: number): number {
        return n * this.factor;
      }
    }
    assert.equal(new ByMethod().switch(21), 42);
    assert.throws(() => new Doubler().switch(), GreenletError);
  });

  test('one without anything to run says so, and can be given it later', () => {
    const greenlet = new Greenlet();
    assert.throws(() => greenlet.switch('lost'), GreenletError);
    assert.equal(greenlet.started, false);
    assert.equal(main.switch(), undefined); // the refused value does not turn up elsewhere
    greenlet.run = (...args: unknown[]) => ['late', ...args];
    assert.deepEqual(greenlet.switch(), ['late']);
  });

  test('what is no function or no greenlet is refused', () => {
    assert.throws(() => new Greenlet(5 as never), InvalidArgumentError);
    assert.throws(() => new Greenlet(() => {}, {} as never), InvalidArgumentError);
    assert.equal(Greenlet.isGreenlet(main), true);
    assert.equal(Greenlet.isGreenlet({}), false);
  });
});
