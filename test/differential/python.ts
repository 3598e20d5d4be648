import { spawn, spawnSync } from 'node:child_process';
import { extname, join } from 'node:path';
import { createInterface } from 'node:readline';

/** Debian's own: another may stand before it in PATH. */
const PYTHON = '/usr/bin/python3';

/** False if Python can do what `probe` does, else why the tests that need it are skipped. */
export function skipWithout(probe: string, what: string): false | string {
  const asked = spawnSync(PYTHON, ['-c', probe], { timeout: 60_000 });
  return asked.status === 0 ? false : `${PYTHON} has no ${what}`;
}

/**
 * The traces of `programs`, in order, that an interpreter beside this file makes: a line of JSON for a line of JSON. It is
 * a program of Python's or of Node's.
 */
export async function* tracesOnPython(
  interpreter: string,
  programs: Iterable<unknown>,
): AsyncGenerator<string[]> {
  const runner = extname(interpreter) === '.py' ? PYTHON : process.execPath;
  const python = spawn(runner, [join(import.meta.dirname, interpreter)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  try {
    // If it dies, the missing traces tell.
    python.stdin.on('error', () => {});
    for (const program of programs) python.stdin.write(`${JSON.stringify(program)}\n`);
    python.stdin.end();
    for await (const line of createInterface({ input: python.stdout }))
      yield JSON.parse(line) as string[];
  } finally {
    python.kill();
  }
}
