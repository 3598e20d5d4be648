import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';

function output(example: string): string {
  const path = fileURLToPath(new URL(`../../examples/seed/${example}`, import.meta.url));
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--conditions=greenroom-source', '--disable-warning=ExperimentalWarning', path],
    { encoding: 'utf8' },
  );
  assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
  return stdout;
}

suite('the programs that started it', () => {
  test('1: producer and consumer take turns', () => {
    const round = (n: number): string => `producer ${n}\nconsumer ${n}\nproducer return 200 OK\n\n`;
    assert.equal(output('1-generator.ts'), round(1) + round(2) + round(3));
  });

  const greetings =
    'Hello world! (MainThread)\nHello world! (MainThread)\nHello again! (MainThread)\nHello again! (MainThread)\n';

  test('2: two decorated generators sleep at the same time', () => {
    assert.equal(output('2-asyncio-generators.ts'), greetings);
  });

  test('3: two async functions sleep at the same time', () => {
    assert.equal(output('3-asyncio-async.ts'), greetings);
  });
});
