import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import { getaddrinfo, getRunningLoop, run } from '../../src/public/asyncio.ts';
import { withVirtualTime } from '../../src/public/testing.ts';

suite('in debug mode, the resolution of a name', () => {
  const cases: [string, number, boolean, string[]][] = [
    ['is told of if it was slow', 100, true, ['Getting address info 127.0.0.1:80 took 100.0 ms']],
    ['is not if it was fast', 99, true, []],
    ['is not without debug mode', 1000, false, []],
  ];
  for (const [name, ms, debug, told] of cases) {
    test(name, (context) =>
      withVirtualTime(({ elapse }) =>
        run(
          async () => {
            const printed = context.mock.method(console, 'error', () => undefined);
            const looking = getaddrinfo('127.0.0.1', 80).then((found) => found[0]!.port);
            // In this very step, which is itself no look-up to tell of.
            elapse(ms);
            assert.equal(await looking, 80);
            const lines = printed.mock.calls.map((call) => String(call.arguments[0]));
            assert.deepEqual(
              lines.filter((line) => line.startsWith('Getting')),
              told,
            );
          },
          { debug },
        ),
      ),
    );
  }

  test('is told of, too, when there is no such host', (context) =>
    run(
      async () => {
        const printed = context.mock.method(console, 'error', () => undefined);
        const loop = getRunningLoop();
        const before = loop.slowCallbackDuration;
        loop.slowCallbackDuration = 0;
        try {
          await assert.rejects(Promise.resolve(getaddrinfo('no such host', 80)));
        } finally {
          loop.slowCallbackDuration = before;
        }
        const lines = printed.mock.calls.map((call) => String(call.arguments[0]));
        assert.equal(
          lines.filter((line) => /^Getting address info no such host:80 took \d/.test(line)).length,
          1,
        );
      },
      { debug: true },
    ));
});
