import { readFileSync } from 'node:fs';

const HELP = `Usage: greenroom <command>

  run [options] FILE [args…]  run a .ts, .mts, .cts, .js, .mjs or .cjs program in a
                              greenlet, with Node's blocking calls made cooperative
  doctor                      say which stacks are in use here, and what is missing
  tour                        ten seconds of what greenlets do
  --help, --version

Options of run:
  --no-patch                  patch nothing: as if monkey.patchAll() were never called
  --no-atomics                leave Atomics.wait as it is
  --no-fs                     leave the …Sync functions of node:fs as they are
  --no-child-process          leave execSync, execFileSync and spawnSync as they are
  --lost-errors=warn          exit with 0 though an error was never asked for; it is printed

Examples:
  greenroom run fetch-all.ts --parallel 20
  greenroom run --no-fs build.mjs
  echo text | greenroom run upper.js

Ctrl-C unwinds the greenlets (their finally blocks run); a second one kills.
A program that uses top-level await has its body run outside every greenlet:
write wait(promise) there instead.
`;

export function printHelp(): void {
  process.stdout.write(HELP);
}

/** The version in package.json, which is two folders up in src/ as in dist/. */
export function readVersion(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
