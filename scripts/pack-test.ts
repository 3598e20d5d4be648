// Uses the package as its users do: packed, installed in an empty folder, from
// JavaScript and from TypeScript.
//
//   node scripts/pack-test.ts

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { indent, root, run, type RunResult } from './run.ts';

type Manifest = { name: string; version: string; exports: Record<string, unknown> };

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
const specifiers = Object.keys(manifest.exports)
  .filter((key) => !key.endsWith('.json'))
  .map((key) => manifest.name + key.slice(1));

const folder = mkdtempSync(join(tmpdir(), 'greenroom-pack-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

async function step(title: string, work: Promise<RunResult>, expected?: RegExp): Promise<string> {
  const { failure, output } = await work;
  if (failure === undefined && (expected === undefined || expected.test(output))) {
    console.log(`✔ ${title}`);
    return output;
  }
  console.error(`✖ ${title}: ${failure ?? `expected ${String(expected)} in the output`}`);
  console.error(indent(output));
  process.exit(1);
}

/** Writes a file into the user's folder. */
function write(name: string, lines: readonly string[]): void {
  writeFileSync(join(folder, name), `${lines.join('\n')}\n`);
}

const quiet = ['--no-audit', '--no-fund'];
await step('npm pack', run('npm', ['pack', '--pack-destination', folder]));
write('package.json', ['{ "private": true, "type": "module" }']);
const tarball = `./${manifest.name}-${manifest.version}.tgz`;
await step(
  'npm install of the tarball',
  run('npm', ['install', ...quiet, tarball], { cwd: folder }),
);

write('every-entry.js', [
  "import assert from 'node:assert';",
  ...specifiers.map((name, index) => `import * as entry${index} from '${name}';`),
  ...specifiers.map(
    (name, index) => `assert(Object.keys(entry${index}).length > 0, '${name} exports nothing');`,
  ),
]);
await step(
  `import of ${specifiers.join(', ')}`,
  run(process.execPath, ['every-entry.js'], { cwd: folder, timeout: 60_000 }),
);

write('program.js', [
  "import { main, sleep, spawn, wait } from 'greenroom';",
  'await main(() => {',
  '  const task = spawn(() => { sleep(5); return 41; });',
  "  console.log('answer', wait(task) + 1);",
  '});',
]);
await step(
  'a greenlet from plain JavaScript',
  run(process.execPath, ['program.js'], { cwd: folder, timeout: 60_000 }),
  /^answer 42$/m,
);

write('tsconfig.json', [
  JSON.stringify({
    compilerOptions: {
      target: 'es2024',
      module: 'nodenext',
      strict: true,
      noEmit: true,
      // The declarations themselves are under test.
      skipLibCheck: false,
      types: ['node'],
      typeRoots: [join(root, 'node_modules/@types')],
    },
    include: ['*.ts'],
  }),
]);
write('program.ts', [
  "import { main, sleep, spawn, wait } from 'greenroom';",
  ...specifiers.map((name, index) => `import * as entry${index} from '${name}';`),
  `export const entries: object[] = [${specifiers.map((_, index) => `entry${index}`).join(', ')}];`,
  'const answer: number = await main((): number => {',
  '  const task = spawn((left: number, right: number) => { sleep(5); return left + right; }, 40, 2);',
  '  return wait(task);',
  '});',
  "console.log('answer', answer);",
]);
const tsc = join(root, 'node_modules/typescript/bin/tsc');
await step('types, checked by tsc', run(process.execPath, [tsc, '-p', '.'], { cwd: folder }));
await step(
  'the same program in TypeScript',
  run(process.execPath, ['program.ts'], { cwd: folder, timeout: 60_000 }),
  /^answer 42$/m,
);

write('required.cjs', [
  "const { main, sleep } = require('greenroom');",
  "main(() => { sleep(5); return 'required'; }).then(console.log);",
]);
await step(
  'a greenlet from CommonJS',
  run(process.execPath, ['required.cjs'], { cwd: folder, timeout: 60_000 }),
  /^required$/m,
);

for (const file of ['blocks.js', 'blocks.ts']) {
  const type = file.endsWith('.ts') ? ': string' : '';
  write(file, [
    "import { execSync } from 'node:child_process';",
    "import { spawn } from 'greenroom';",
    `const text${type} = 'ready';`,
    "const runs = [1, 2].map(() => spawn(() => { console.log(text); execSync('sleep 0.1'); console.log('done'); }));",
    'for (const one of runs) one.get();',
  ]);
  await step(
    `npx greenroom run ${file}`,
    run('npx', ['--no-install', 'greenroom', 'run', file], { cwd: folder, timeout: 60_000 }),
    /^ready\nready\ndone\ndone\n$/,
  );
}

const doctor = await step(
  'npx greenroom doctor',
  run('npx', ['--no-install', 'greenroom', 'doctor'], { cwd: folder, timeout: 60_000 }),
);
console.log(indent(doctor));
