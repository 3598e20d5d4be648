import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { greenroom } from '../cli/command.ts';

suite('the examples of blocking code', () => {
  test('wordcount: the same numbers as one file after the other', async () => {
    const folder = 'node_modules/handlebars';
    const [overlapping, sequential] = await Promise.all([
      greenroom('run', 'examples/wordcount.ts', folder),
      greenroom('run', '--no-patch', 'examples/wordcount.ts', folder),
    ]);
    assert.equal(overlapping.code, 0, overlapping.stderr);
    assert.match(overlapping.stdout, /^\d+ files, \d+ different words\n( +\d+ \p{L}+\n){10}$/u);
    assert.equal(overlapping.stdout, sequential.stdout);
  });

  test('sync-hook: pages whose helpers fetch are rendered at once', async () => {
    const { code, stdout } = await greenroom('run', 'examples/sync-hook.ts');
    assert.equal(code, 0);
    assert.deepEqual(stdout.split('\n').slice(0, 4), [
      'For Ada: Oslo -3 °C, Rome 14 °C, Quito 19 °C',
      'For Ben: Cairo 27 °C, Lima 22 °C',
      'For Cid: Rome 14 °C, Cairo 27 °C, Oslo -3 °C, Lima 22 °C',
      'For Dot: Quito 19 °C, Oslo -3 °C, Rome 14 °C, Cairo 27 °C',
    ]);
    assert.match(stdout, /^up to 4 requests at once$/m);
  });
});
