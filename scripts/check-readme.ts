// Runs every ```ts block of the documentation, as `greenroom run` would, and
// checks its types; looks whether the files exist that the text links to. What
// the reader copies must work, and where he is sent must be something.
//
//   node scripts/check-readme.ts [files]      default: README.md, docs/**/*.md
//
// A block that is only a fragment is marked ```ts no-run and left alone. What a
// ```text block right below says has to be what the block prints.

import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { indent, root, run, sourceFlags } from './run.ts';

const TIMEOUT = 60_000;

// Inside the package, so that `import "greenroom"` finds it.
const folder = join(root, '.cache/blocks');

type Block = { place: string; file: string; expected: string | undefined };

function extract(document: string): Block[] {
  const text = readFileSync(join(root, document), 'utf8');
  return [...text.matchAll(/^```ts([^\n]*)\n(.*?)^```$(?:\n+```text\n(.*?)^```$)?/gms)]
    .filter(([, info]) => !info!.includes('no-run'))
    .map((match) => {
      const line = text.slice(0, match.index).split('\n').length + 1;
      const file = join(folder, `${basename(document, '.md')}-line-${line}.ts`);
      writeFileSync(file, match[2]!);
      return { place: `${document}:${line}`, file, expected: match[3] };
    });
}

/** The targets inside the repository that are not there. */
function deadLinks(document: string): string[] {
  const text = readFileSync(join(root, document), 'utf8');
  return [...text.matchAll(/\]\((?![a-z]+:|#)([^)#\s]+)/g)]
    .map(([, target]) => target!)
    .filter((target) => !existsSync(join(root, dirname(document), target)));
}

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
writeFileSync(
  join(folder, 'tsconfig.json'),
  // A block may declare what it does not use: it shows something.
  `{ "extends": "../../tsconfig.json",
     "compilerOptions": { "noUnusedLocals": false, "noUnusedParameters": false },
     "include": ["*.ts"], "exclude": [] }\n`,
);

const given = process.argv.slice(2);
const documents = given.length > 0 ? given : globSync(['README.md', 'docs/**/*.md'], { cwd: root });
const blocks = documents.toSorted().flatMap(extract);

let failures = 0;
for (const document of documents) {
  for (const target of deadLinks(document)) {
    failures += 1;
    console.error(`✖ ${document} links to ${target}, which does not exist`);
  }
}
for (const { place, file, expected } of blocks) {
  const { failure, output } = await run(
    process.execPath,
    [...sourceFlags, 'bin/greenroom.js', 'run', file],
    { timeout: TIMEOUT },
  );
  if (failure === undefined && expected !== undefined && output !== expected) {
    failures += 1;
    console.error(`✖ ${place}: it prints\n${indent(output)}\n  and not\n${indent(expected)}`);
  } else if (failure === undefined) {
    console.log(`✔ ${place}`);
  } else {
    failures += 1;
    console.error(`✖ ${place}: ${failure}\n${indent(output)}`);
  }
}
const tsc = join(root, 'node_modules/@typescript/native/bin/tsc');
const types = blocks.length === 0 ? undefined : await run(process.execPath, [tsc, '-p', folder]);
if (types?.failure !== undefined) {
  failures += 1;
  console.error(`✖ types\n${indent(types.output)}`);
}
console.log(`readme: ${blocks.length} blocks, ${failures} failures`);
process.exitCode = failures === 0 ? 0 : 1;
