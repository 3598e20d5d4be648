// Runs every example with small arguments and checks that it exits with 0.
//
//   node scripts/smoke-examples.ts [part of a file name]
//
// An example says in a comment of its own how it wants to be run:
//
//   // Run: greenroom run examples/proxy.ts      its top level blocks
//   // Smoke: 3 --fast                           arguments for this check
//   // Smoke: none, it needs a terminal          not run here, and why
//
// By default it is a plain program without arguments. In a folder that holds a
// main.ts only that one is a program.

import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { indent, root, run, sourceFlags } from './run.ts';

const TIMEOUT = 60_000;

function isProgram(file: string): boolean {
  const main = join(dirname(file), 'main.ts');
  return file === main || !existsSync(join(root, main));
}

const wanted = process.argv[2] ?? '';
const files = globSync('examples/**/*.ts', { cwd: root })
  .filter((file) => !file.includes('node_modules') && isProgram(file) && file.includes(wanted))
  .toSorted();

let failures = 0;
for (const file of files) {
  const text = readFileSync(join(root, file), 'utf8');
  const inGreenlet = /^(?:\/\/| ?\*|\/\*\*).*\bgreenroom run examples\//m.test(text);
  const smoke = /^(?:\/\/| \*) Smoke: (.*)$/m.exec(text)?.[1]?.trim() ?? '';
  if (smoke.startsWith('none')) {
    console.log(`- ${file} (${smoke})`);
    continue;
  }
  const args = smoke.split(/\s+/).filter((argument) => argument !== '');
  const started = performance.now();
  const { failure, output } = await run(
    process.execPath,
    [...sourceFlags, ...(inGreenlet ? ['bin/greenroom.js', 'run'] : []), file, ...args],
    { timeout: TIMEOUT },
  );
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (failure === undefined) {
    console.log(`✔ ${file} (${seconds} s)`);
  } else {
    failures += 1;
    console.error(`✖ ${file}: ${failure}\n${indent(output)}`);
  }
}
console.log(`examples: ${files.length - failures} of ${files.length} ran`);
process.exitCode = failures === 0 ? 0 : 1;
