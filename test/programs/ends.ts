// The process ends, one way or another, with greenlets parked everywhere.
//
// argument: which way

import assert from 'node:assert/strict';

import { Future } from '../../src/future/future.ts';
import { Greenlet } from '../../src/public/greenlet.ts';
import { main } from '../../src/hub/main.ts';
import { sleep } from '../../src/hub/sleep.ts';
import { spawn } from '../../src/hub/spawn.ts';
import { wait } from '../../src/hub/wait.ts';

const parked: Greenlet[] = [];
for (let i = 0; i < 50; i++) {
  const greenlet = new Greenlet(() =>
    [1].map(() => JSON.parse('1', () => 'x'.replace('x', () => String(Greenlet.main.switch())))),
  );
  greenlet.switch();
  parked.push(greenlet);
}
const never = new Future<void>();

function fill(): void {
  for (let i = 0; i < 50; i++) spawn(() => (i % 2 === 0 ? wait(never) : sleep(100_000)));
  sleep(0);
  sleep(0);
}

process.on('exit', (code) => console.log(`exit ${code}, ${parked.length} parked`));

const ways: Record<string, () => void> = {
  'exit on main': () => process.exit(3),
  'exit in a greenlet'() {
    void main(() => {
      fill();
      process.exit(3);
    });
  },
  'exit in a raw greenlet'() {
    new Greenlet(() => [1].map(() => process.exit(3))).switch();
  },
  'exit in a sort in a spawned one'() {
    spawn(() => {
      fill();
      [2, 1].sort(() => process.exit(3));
    });
  },
  'uncaught on main'() {
    void main(() => {
      fill();
      setImmediate(() => {
        throw new Error('uncaught on main');
      });
      sleep(100_000);
    });
  },
  'uncaught in a child of main'() {
    void main(fill);
    setImmediate(() => {
      new Greenlet(() => {
        throw new Error('uncaught in a child of main');
      }).switch();
    });
  },
  'unhandled rejection'() {
    void main(() => {
      fill();
      void Promise.reject(new Error('unhandled rejection'));
      sleep(100_000);
    });
  },
  'rejection of main()'() {
    void main(() => {
      fill();
      throw new Error('rejection of main()');
    });
  },
  'uncaught, and a handler that goes on'() {
    process.on('uncaughtException', (error) => {
      assert.equal(error.message, 'handled');
      process.exitCode = 3;
      setImmediate(() => process.exit());
    });
    void main(() => {
      fill();
      setImmediate(() => {
        throw new Error('handled');
      });
      sleep(100_000);
    });
  },
  'nothing left to do'() {
    void main(() => spawn(() => sleep(1)).join());
    process.exitCode = 3;
  },
  'exit within an exit handler of a greenlet'() {
    process.on('exit', () => {
      new Greenlet(() => process.exit(3)).switch();
    });
  },
  'switching in an exit handler'() {
    process.on('exit', () => {
      for (const greenlet of parked) greenlet.switch();
      process.exitCode = 3;
    });
  },
};

ways[process.argv[2] as string]!();
