import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { greenroom } from '../cli/command.ts';

const ONCE_AGAIN = '---A--\n---B--\n';

suite('the examples that block print what they promise', () => {
  test('4-greenlet: A and B take turns', async () => {
    const { code, stdout } = await greenroom('run', 'examples/seed/4-greenlet.ts', '3', '1');
    assert.deepEqual([code, stdout], [0, ONCE_AGAIN.repeat(3)]);
  });

  test('5-gevent: both count to ten, each in order, interleaved', async () => {
    const { code, stdout } = await greenroom('run', 'examples/seed/5-gevent.ts', '20');
    assert.equal(code, 0);
    const lines = stdout.trimEnd().split('\n');
    const expected = (name: string): string[] =>
      Array.from({ length: 10 }, (_, i) => `${name} ${i}`);
    assert.deepEqual(
      lines.filter((line) => line.startsWith('work1')),
      expected('work1'),
    );
    assert.deepEqual(
      lines.filter((line) => line.startsWith('work2')),
      expected('work2'),
    );
    assert.deepEqual(lines.slice(0, 2), ['work1 0', 'work2 0']);
  });

  test('wordcount: counts the words of a folder', async () => {
    const { code, stdout } = await greenroom('run', 'examples/wordcount.ts', 'examples/seed');
    assert.equal(code, 0);
    assert.match(stdout, /^5 files, \d+ different words\n( +\d+ \p{L}+\n){10}$/u);
  });

  test('sync-hook: pages that fetch are rendered concurrently', async () => {
    const { code, stdout } = await greenroom('run', 'examples/sync-hook.ts');
    assert.equal(code, 0);
    assert.match(stdout, /^For Ada: Oslo -3 °C, Rome 14 °C, Quito 19 °C$/m);
    const [, all, waited] = /^([\d.]+) s in all; .* ([\d.]+) s altogether$/m.exec(stdout) ?? [];
    assert.ok(Number(all) < Number(waited), stdout);
  });
});
