/** Folders: making, listing, removing and copying them; patterns. */
import fs from 'node:fs';
import { pathToFileURL } from 'node:url';
import { listOperations, type Operation, wrong } from '../operation.ts';

function readAll(dir: fs.Dir): unknown[] {
  const all: unknown[] = [];
  for (let entry = dir.readSync(); entry !== null; entry = dir.readSync()) all.push(entry);
  dir.closeSync();
  return all.map((entry) => (entry as fs.Dirent).name).sort();
}

export const FOLDER_OPERATIONS: readonly Operation[] = listOperations((op) => {
  // Folders.
  op('mkdirSync recursive', (f) => fs.mkdirSync(`${f}/x/y/z`, { recursive: true }));
  op('mkdirSync recursive of what exists', (f) =>
    fs.mkdirSync(`${f}/dir/sub`, { recursive: true }),
  );
  op('mkdirSync recursive below a file', (f) =>
    fs.mkdirSync(`${f}/a.txt/y/z`, { recursive: true }),
  );
  op('mkdirSync recursive wrong', (f) => fs.mkdirSync(`${f}/x`, wrong({ recursive: 'yes' })));
  op('mkdirSync of what exists', (f) => fs.mkdirSync(`${f}/dir`));
  op('mkdtempSync below nothing', (f) => fs.mkdtempSync(`${f}/missing/t-`));
  for (const options of [
    { withFileTypes: true },
    { recursive: true },
    { withFileTypes: true, recursive: true },
    { encoding: 'buffer' },
    { encoding: 'buffer', withFileTypes: true },
    { encoding: 'hex' },
    { recursive: 'yes' },
    { recursive: true, encoding: 'hex' },
    { recursive: null },
  ]) {
    const title = JSON.stringify(options);
    op(`readdirSync ${title}`, (f) => fs.readdirSync(f, wrong(options)));
    op(`readdirSync of a URL ${title}`, (f) =>
      fs.readdirSync(pathToFileURL(`${f}/dir`), wrong(options)),
    );
    op(`readdirSync of a Buffer ${title}`, (f) =>
      fs.readdirSync(Buffer.from(`${f}/dir`), wrong(options)),
    );
    op(`opendirSync ${title}`, (f) => readAll(fs.opendirSync(`${f}/dir`, wrong(options))));
  }
  op('opendirSync with bufferSize wrong', (f) =>
    fs.opendirSync(`${f}/dir`, wrong({ bufferSize: 'x' })),
  );
  op('Dir closed twice', (f) => {
    const dir = fs.opendirSync(f);
    return [dir.closeSync(), dir.closeSync()];
  });
  op('Dir read after close', (f) => {
    const dir = fs.opendirSync(f);
    dir.closeSync();
    return dir.readSync();
  });
  op('Dir methods on something else', () => fs.Dir.prototype.readSync.call(wrong({})));

  // Removing and copying trees.
  for (const options of [
    {},
    { recursive: true },
    { force: true },
    { recursive: true, force: true },
    { recursive: 1 },
    { force: 'x' },
    { maxRetries: -1 },
    { retryDelay: 'x' },
  ]) {
    for (const target of [
      'a.txt',
      'dir',
      'hollow',
      'missing',
      'link',
      'dirlink',
      'dangling',
      'a.txt/x',
    ]) {
      op(`rmSync ${target} ${JSON.stringify(options)}`, (f) =>
        fs.rmSync(`${f}/${target}`, wrong(options)),
      );
    }
  }
  op('rmdirSync recursive', (f) => fs.rmdirSync(`${f}/dir`, wrong({ recursive: true })));
  for (const options of [
    {},
    { recursive: true },
    { recursive: true, force: false },
    { recursive: true, force: false, errorOnExist: true },
    { recursive: true, dereference: true },
    { recursive: true, preserveTimestamps: true },
    { recursive: true, verbatimSymlinks: true },
    { mode: 1 },
    { recursive: 'x' },
    { filter: 5 },
    { recursive: true, verbatimSymlinks: true, dereference: true },
    { mode: 99 },
  ]) {
    for (const [from, to] of [
      ['a.txt', 'new'],
      ['a.txt', 'empty'],
      ['dir', 'new'],
      ['dir', 'hollow'],
      ['a.txt', 'dir'],
      ['dir', 'a.txt'],
      ['dir', 'dir/sub/new'],
      ['a.txt', 'a.txt'],
      ['dir', 'dir'],
      ['missing', 'new'],
      ['link', 'new'],
      ['dirlink', 'new'],
      ['dangling', 'new'],
      ['a.txt', 'x/y/new'],
      ['link', 'a.txt'],
      ['a.txt', 'link'],
      ['dir', 'dirlink'],
      ['dir', 'missing/z'],
      ['linked', 'new'],
      ['linked', 'dir'],
      ['linked/to-folder', 'new'],
    ] as const) {
      op(`cpSync ${from} to ${to} ${JSON.stringify(options)}`, (f) =>
        fs.cpSync(`${f}/${from}`, `${f}/${to}`, wrong(options)),
      );
    }
  }
  for (const target of ['nowhere', 'sub/deeper', '/etc'])
    op(`cpSync of a folder with a link to ${target}`, (f) => {
      fs.symlinkSync(target, `${f}/linked/one-more`);
      fs.cpSync(`${f}/linked`, `${f}/new`, { recursive: true });
    });
  // Not onto a file where a folder is to be: Node 22 and 24 abort.
  for (const place of ['to-file', 'to-folder', 'to-outside']) {
    op(`cpSync of a folder with links onto one that has ${place}`, (f) => {
      fs.mkdirSync(`${f}/new`);
      fs.writeFileSync(`${f}/new/${place}`, 'there');
      fs.cpSync(`${f}/linked`, `${f}/new`, { recursive: true });
    });
    op(`cpSync of a folder with links onto one with a link ${place}`, (f) => {
      fs.mkdirSync(`${f}/new`);
      fs.symlinkSync('../dir', `${f}/new/${place}`);
      fs.cpSync(`${f}/linked`, `${f}/new`, { recursive: true });
    });
  }
  op('cpSync of a folder with links, twice', (f) => {
    fs.cpSync(`${f}/linked`, `${f}/new`, { recursive: true });
    fs.cpSync(`${f}/linked`, `${f}/new`, { recursive: true });
  });
  op('cpSync with a filter', (f) =>
    fs.cpSync(`${f}/dir`, `${f}/new`, { recursive: true, filter: (from) => !from.endsWith('.md') }),
  );
  op('cpSync with a filter that throws', (f) =>
    fs.cpSync(`${f}/dir`, `${f}/new`, {
      filter: () => {
        throw new RangeError('no');
      },
    }),
  );
  op('cpSync with an async filter', (f) =>
    fs.cpSync(`${f}/dir`, `${f}/new`, { filter: wrong(async () => true) }),
  );

  // Patterns.
  for (const pattern of [
    '*',
    '**/*.txt',
    '**',
    'dir/**/*',
    '{a,b}*',
    'missing/*',
    ['*.txt', '**/*.md'],
    5,
    '',
  ]) {
    op(`globSync ${String(pattern)}`, (f) => [...fs.globSync(wrong(pattern), { cwd: f })].sort());
  }
  op('globSync with file types', (f) =>
    fs
      .globSync('**/*.txt', { cwd: f, withFileTypes: true })
      .map((e) => [e.name, e.isFile()])
      .sort(),
  );
  op('globSync excluding by a function', (f) =>
    fs.globSync('**', { cwd: f, exclude: (name) => name.endsWith('sub') }).sort(),
  );
  op('globSync with cwd wrong', () => fs.globSync('*', wrong({ cwd: 5 })));
  op('globSync with exclude wrong', (f) => fs.globSync('*', wrong({ cwd: f, exclude: 5 })));
});
