// Uses the package as its users do, on each Node that is supported: packed,
// installed in an empty folder, from JavaScript and from TypeScript.
//
//   node scripts/pack-test.ts

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { type InstalledNode, supportedNodes } from './nodes.ts';
import { indent, root, run, type RunResult } from './run.ts';

type Manifest = { name: string; version: string; exports: Record<string, unknown> };

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
const specifiers = Object.keys(manifest.exports)
  .filter((key) => !key.endsWith('.json'))
  .map((key) => manifest.name + key.slice(1));

const scratch = mkdtempSync(join(tmpdir(), 'greenroom-pack-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));

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

/** The files of a user's folder. */
function files(): Record<string, readonly string[]> {
  const blocks = (type: string): string[] => [
    "import { execSync } from 'node:child_process';",
    "import { spawn } from 'greenroom';",
    `const text${type} = 'ready';`,
    "const runs = [1, 2].map(() => spawn(() => { console.log(text); execSync('sleep 0.1'); console.log('done'); }));",
    'for (const one of runs) one.get();',
  ];
  return {
    'package.json': ['{ "private": true, "type": "module" }'],
    'every-entry.js': [
      "import assert from 'node:assert';",
      ...specifiers.map((name, index) => `import * as entry${index} from '${name}';`),
      ...specifiers.map(
        (name, index) =>
          `assert(Object.keys(entry${index}).length > 0, '${name} exports nothing');`,
      ),
    ],
    'program.js': [
      "import { main, sleep, spawn, wait } from 'greenroom';",
      'await main(() => {',
      '  const task = spawn(() => { sleep(5); return 41; });',
      "  console.log('answer', wait(task) + 1);",
      '});',
    ],
    'tsconfig.json': [
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
    ],
    'program.ts': [
      "import { main, sleep, spawn, wait } from 'greenroom';",
      ...specifiers.map((name, index) => `import * as entry${index} from '${name}';`),
      `export const entries: object[] = [${specifiers.map((_, index) => `entry${index}`).join(', ')}];`,
      'const answer: number = await main((): number => {',
      '  const task = spawn((left: number, right: number) => { sleep(5); return left + right; }, 40, 2);',
      '  return wait(task);',
      '});',
      "console.log('answer', answer);",
    ],
    'required.cjs': [
      "const { main, sleep } = require('greenroom');",
      "main(() => { sleep(5); return 'required'; }).then(console.log);",
    ],
    'thread.js': [
      "import { run, toThread } from 'greenroom/asyncio';",
      "console.log(await run(async () => await toThread(new URL('./twice.js', import.meta.url), 'twice', 21)));",
    ],
    'twice.js': ['export const twice = (number) => 2 * number;'],
    'blocks.js': blocks(''),
    'blocks.ts': blocks(': string'),
  };
}

/** Installs the tarball under that Node, and uses it there. */
async function use({ version, binary }: InstalledNode): Promise<void> {
  const folder = join(scratch, version);
  mkdirSync(folder);
  for (const [name, lines] of Object.entries(files()))
    writeFileSync(join(folder, name), `${lines.join('\n')}\n`);
  const options = {
    cwd: folder,
    // npm and npx are to run on it, too.
    env: { PATH: [dirname(binary), process.env['PATH']].join(delimiter) },
    timeout: 60_000,
  };
  const titled = (title: string): string => `Node ${version}: ${title}`;
  const npm = (...args: string[]): Promise<RunResult> =>
    run('npm', [...args, '--no-audit', '--no-fund', tarball], options);
  const node = (...args: string[]): Promise<RunResult> => run(binary, args, options);
  const greenroom = (...args: string[]): Promise<RunResult> =>
    run('npx', ['--no-install', 'greenroom', ...args], options);

  await step(titled('npm install of the tarball'), npm('install'));
  await step(titled(`import of ${specifiers.join(', ')}`), node('every-entry.js'));
  await step(titled('a greenlet from plain JavaScript'), node('program.js'), /^answer 42$/m);
  const tsc = join(root, 'node_modules/@typescript/native/bin/tsc');
  await step(titled('types, checked by tsc'), node(tsc, '-p', '.'));
  await step(titled('the same program in TypeScript'), node('program.ts'), /^answer 42$/m);
  await step(titled('a greenlet from CommonJS'), node('required.cjs'), /^required$/m);
  await step(titled('a call in a thread'), node('thread.js'), /^42$/m);
  for (const file of ['blocks.js', 'blocks.ts']) {
    const both = /^ready\nready\ndone\ndone\n$/;
    await step(titled(`npx greenroom run ${file}`), greenroom('run', file), both);
  }
  const stacks = /^stacks +native stacks .*, handed over directly$/m;
  console.log(indent(await step(titled('npx greenroom doctor'), greenroom('doctor'), stacks)));
}

await step('npm pack', run('npm', ['pack', '--pack-destination', scratch]));
const tarball = join(scratch, `${manifest.name}-${manifest.version}.tgz`);
for (const node of await supportedNodes()) await use(node);
