import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { greenroom } from '../cli/command.ts';

suite('the example of a chat', () => {
  test('three styles talk to each other, in turns, and the program ends', async () => {
    const { code, stdout, stderr } = await greenroom('run', 'examples/chat.ts');
    assert.deepEqual(
      [code, stdout.split('\n'), stderr],
      [
        0,
        [
          'ada comes in',
          'ben comes in',
          'cid comes in',
          'ada: Who is there?',
          'ben: Ben, and I await.',
          'cid: Cid, and I block.',
          'ada: Then we are complete.',
          '',
        ],
        '',
      ],
    );
  });
});
