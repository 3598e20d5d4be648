import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { greenroom } from '../cli/command.ts';

const example = (name: string, ...args: string[]): ReturnType<typeof greenroom> =>
  greenroom('run', `examples/seed/${name}.ts`, ...args);

suite('the seed programs print what they promise', { concurrency: 2 }, () => {
  test('1-generator: producer and consumer take turns', async () => {
    const { code, stdout, stderr } = await example('1-generator');
    const round = (n: number): string => `producer ${n}\nconsumer ${n}\nproducer return 200 OK\n\n`;
    assert.deepEqual([code, stdout, stderr], [0, round(1) + round(2) + round(3), '']);
  });

  for (const name of ['2-asyncio-generators', '3-asyncio-async']) {
    test(`${name}: both greet, both take their leave, on one thread`, async () => {
      const { code, stdout, stderr } = await example(name);
      const twice = (text: string): string => `${text} (MainThread)\n`.repeat(2);
      assert.deepEqual(
        [code, stdout, stderr],
        [0, twice('Hello world!') + twice('Hello again!'), ''],
      );
    });
  }

  test('4-greenlet: A and B take turns, as often as it is told', async () => {
    const { code, stdout } = await example('4-greenlet', '3', '1');
    assert.deepEqual([code, stdout], [0, '---A--\n---B--\n'.repeat(3)]);
  });

  test('5-gevent: both count to ten, each in order, interleaved', async () => {
    const { code, stdout } = await example('5-gevent', '20');
    assert.equal(code, 0);
    const lines = stdout.trimEnd().split('\n');
    for (const name of ['work1', 'work2']) {
      assert.deepEqual(
        lines.filter((line) => line.startsWith(name)),
        Array.from({ length: 10 }, (_, i) => `${name} ${i}`),
      );
    }
    assert.equal(lines.length, 20);
    assert.deepEqual(lines.slice(0, 2), ['work1 0', 'work2 0']);
  });
});
