import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { greenroom } from '../cli/command.ts';

suite('the example of a kitchen', () => {
  test('three styles share a queue, and every dish is cooked by one of them', async () => {
    const { code, stdout, stderr } = await greenroom('run', 'examples/kitchen.ts');
    assert.deepEqual([code, stderr], [0, '']);
    const lines = stdout.trimEnd().split('\n');
    const ordered = lines.slice(0, -3).map((line) => line.replace('ordered: ', ''));
    const cooked = lines.slice(-3).flatMap((line) => line.replace(/^.*: /, '').split(', '));
    assert.equal(ordered.length, 7);
    assert.deepEqual(cooked.toSorted(), ordered.toSorted());
  });
});
