/** Calls of `fs.*Sync`, right and wrong. Each is run both ways and compared. */
import fs from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { Operation } from './side-by-side.ts';

/** Stands for arguments that the types forbid. */
const wrong = (value: unknown): never => value as never;

const list: Operation[] = [];

function op(title: string, run: (folder: string) => unknown): void {
  list.push({ title, run });
}

/** With an open descriptor, which is closed afterwards. */
function withFile<R>(file: string, flags: string, use: (fd: number) => R): R {
  const fd = fs.openSync(file, flags);
  try {
    return use(fd);
  } finally {
    fs.closeSync(fd);
  }
}

const bad: [string, unknown][] = [
  ['undefined', undefined],
  ['null', null],
  ['a number', 1.5],
  ['an object', {}],
  ['a NUL in it', 'a\0b'],
  ['an http URL', new URL('http://example.org/x')],
  ['the empty string', ''],
];

// What takes a path first, with the rest of its arguments.
const onPath: [string, (path: never) => unknown][] = [
  ['accessSync', (p) => fs.accessSync(p)],
  ['appendFileSync', (p) => fs.appendFileSync(p, 'x')],
  ['chmodSync', (p) => fs.chmodSync(p, 0o600)],
  ['chownSync', (p) => fs.chownSync(p, 0, 0)],
  ['copyFileSync', (p) => fs.copyFileSync(p, p)],
  ['cpSync', (p) => fs.cpSync(p, '/nowhere/else')],
  ['existsSync', (p) => fs.existsSync(p)],
  ['lchownSync', (p) => fs.lchownSync(p, 0, 0)],
  ['linkSync', (p) => fs.linkSync(p, '/nowhere/else')],
  ['linkSync to', (p) => fs.linkSync('/nowhere/else', p)],
  ['lstatSync', (p) => fs.lstatSync(p)],
  ['lutimesSync', (p) => fs.lutimesSync(p, 1, 2)],
  ['mkdirSync', (p) => fs.mkdirSync(p)],
  ['openSync', (p) => fs.closeSync(fs.openSync(p, 'r'))],
  ['opendirSync', (p) => fs.opendirSync(p).closeSync()],
  ['readFileSync', (p) => fs.readFileSync(p)],
  ['readFileSync utf8', (p) => fs.readFileSync(p, 'utf8')],
  ['readdirSync', (p) => fs.readdirSync(p)],
  ['readdirSync recursive', (p) => fs.readdirSync(p, { recursive: true })],
  ['readlinkSync', (p) => fs.readlinkSync(p)],
  ['realpathSync', (p) => fs.realpathSync(p)],
  ['realpathSync.native', (p) => fs.realpathSync.native(p)],
  ['renameSync', (p) => fs.renameSync(p, p)],
  ['rmSync', (p) => fs.rmSync(p)],
  ['rmSync force', (p) => fs.rmSync(p, { force: true, recursive: false })],
  ['rmdirSync', (p) => fs.rmdirSync(p)],
  ['statSync', (p) => fs.statSync(p)],
  ['statSync bigint', (p) => fs.statSync(p, { bigint: true })],
  ['statSync, no entry is no error', (p) => fs.statSync(p, { throwIfNoEntry: false })],
  ['lstatSync, no entry is no error', (p) => fs.lstatSync(p, { throwIfNoEntry: false })],
  ['statfsSync', (p) => typeof fs.statfsSync(p).type],
  ['statfsSync bigint', (p) => typeof fs.statfsSync(p, { bigint: true }).type],
  ['symlinkSync', (p) => fs.symlinkSync(p, '/nowhere/else')],
  ['symlinkSync at', (p) => fs.symlinkSync('target', p)],
  ['truncateSync', (p) => fs.truncateSync(p, 3)],
  ['unlinkSync', (p) => fs.unlinkSync(p)],
  ['utimesSync', (p) => fs.utimesSync(p, 1, 2)],
  ['writeFileSync', (p) => fs.writeFileSync(p, 'new')],
  ['writeFileSync latin1', (p) => fs.writeFileSync(p, 'näw', 'latin1')],
];
for (const [name, call] of onPath) {
  for (const file of [
    'a.txt',
    'empty',
    'big',
    'dir',
    'hollow',
    'link',
    'dangling',
    'loop',
    'dirlink',
    'missing',
    'a.txt/x',
    'dir/sub/',
    'x'.repeat(300),
  ]) {
    op(`${name} of ${file.slice(0, 12)}`, (f) => call(wrong(`${f}/${file}`)));
  }
  op(`${name} of a Buffer`, (f) => call(wrong(Buffer.from(`${f}/a.txt`))));
  op(`${name} of a URL`, (f) => call(wrong(pathToFileURL(`${f}/a.txt`))));
  for (const [what, value] of bad)
    if (name !== 'cpSync') op(`${name} of ${what}`, () => call(wrong(value)));
}

// What takes a descriptor first.
const onDescriptor: [string, (fd: never) => unknown][] = [
  ['closeSync', (fd) => fs.closeSync(fd)],
  ['fchmodSync', (fd) => fs.fchmodSync(fd, 0o640)],
  ['fchownSync', (fd) => fs.fchownSync(fd, 0, 0)],
  ['fdatasyncSync', (fd) => fs.fdatasyncSync(fd)],
  ['fstatSync', (fd) => fs.fstatSync(fd)],
  ['fstatSync bigint', (fd) => fs.fstatSync(fd, { bigint: true })],
  ['fsyncSync', (fd) => fs.fsyncSync(fd)],
  ['ftruncateSync', (fd) => fs.ftruncateSync(fd, 2)],
  ['futimesSync', (fd) => fs.futimesSync(fd, 1, 2)],
  ['readSync', (fd) => fs.readSync(fd, Buffer.alloc(4))],
  ['readvSync', (fd) => fs.readvSync(fd, [Buffer.alloc(4)])],
  ['readFileSync of fd', (fd) => fs.readFileSync(fd)],
  ['readFileSync utf8 of fd', (fd) => fs.readFileSync(fd, 'utf8')],
  ['writeSync', (fd) => fs.writeSync(fd, 'text')],
  ['writeSync bytes', (fd) => fs.writeSync(fd, Buffer.from('text'))],
  ['writevSync', (fd) => fs.writevSync(fd, [Buffer.from('ab'), Buffer.from('cd')])],
  ['writeFileSync of fd', (fd) => fs.writeFileSync(fd, 'text')],
  ['appendFileSync of fd', (fd) => fs.appendFileSync(fd, 'text')],
];
for (const [name, call] of onDescriptor) {
  for (const flags of ['r', 'r+', 'a', 'w']) {
    if (name !== 'closeSync')
      op(`${name}, opened for ${flags}`, (f) =>
        withFile(`${f}/a.txt`, flags, (fd) => call(wrong(fd))),
      );
  }
  for (const fd of [-1, 9999, 1.5, 2 ** 31, NaN, 'x', null, undefined, {}, 3n])
    op(`${name}, descriptor ${String(fd)}`, () => call(wrong(fd)));
}
op('closeSync twice', (f) => {
  const fd = fs.openSync(`${f}/a.txt`, 'r');
  return [fs.closeSync(fd), fs.closeSync(fd)];
});

// Arguments and options, one function after the other.
op('accessSync with a mode', (f) =>
  fs.accessSync(`${f}/a.txt`, fs.constants.R_OK | fs.constants.W_OK),
);
op('accessSync X_OK', (f) => fs.accessSync(`${f}/a.txt`, fs.constants.X_OK));
for (const mode of ['r', 99, -1, 1.5, null, {}]) {
  op(`accessSync with mode ${String(mode)}`, (f) => fs.accessSync(`${f}/a.txt`, wrong(mode)));
  op(`copyFileSync with mode ${String(mode)}`, (f) =>
    fs.copyFileSync(`${f}/a.txt`, `${f}/copy`, wrong(mode)),
  );
}
op('copyFileSync exclusive', (f) =>
  fs.copyFileSync(`${f}/a.txt`, `${f}/empty`, fs.constants.COPYFILE_EXCL),
);
op('copyFileSync', (f) => fs.copyFileSync(`${f}/a.txt`, `${f}/copy`));
for (const mode of ['755', 'abc', -1, 2 ** 33, null, undefined, 1.5, 0o777]) {
  op(`chmodSync to ${String(mode)}`, (f) => fs.chmodSync(`${f}/a.txt`, wrong(mode)));
  op(`mkdirSync with mode ${String(mode)}`, (f) => fs.mkdirSync(`${f}/new`, wrong(mode)));
  op(`mkdirSync with option mode ${String(mode)}`, (f) =>
    fs.mkdirSync(`${f}/new`, wrong({ mode })),
  );
  op(`openSync with mode ${String(mode)}`, (f) =>
    fs.closeSync(fs.openSync(`${f}/new`, 'w', wrong(mode))),
  );
  op(`writeFileSync with mode ${String(mode)}`, (f) =>
    fs.writeFileSync(`${f}/new`, 'x', wrong({ mode })),
  );
  op(`appendFileSync with mode ${String(mode)}`, (f) =>
    fs.appendFileSync(`${f}/new`, 'x', wrong({ mode })),
  );
  op(`fchmodSync to ${String(mode)}`, (f) =>
    withFile(`${f}/a.txt`, 'r', (fd) => fs.fchmodSync(fd, wrong(mode))),
  );
}
for (const id of ['x', -2, 1.5, null, undefined, 2 ** 40]) {
  op(`chownSync to ${String(id)}`, (f) => fs.chownSync(`${f}/a.txt`, wrong(id), 0));
  op(`fchownSync to ${String(id)}`, (f) =>
    withFile(`${f}/a.txt`, 'r', (fd) => fs.fchownSync(fd, 0, wrong(id))),
  );
}
for (const time of [new Date(5000), '12.5', 'never', NaN, Infinity, null, undefined, -3, {}]) {
  const title = time instanceof Date ? 'a Date' : String(time);
  op(`utimesSync to ${title}`, (f) => fs.utimesSync(`${f}/a.txt`, wrong(time), 1));
  op(`lutimesSync to ${title}`, (f) => fs.lutimesSync(`${f}/link`, wrong(time), 1));
  op(`futimesSync to ${title}`, (f) =>
    withFile(`${f}/a.txt`, 'r+', (fd) => fs.futimesSync(fd, 1, wrong(time))),
  );
}
for (const flags of [
  'r',
  'w',
  'wx',
  'a+',
  'rs+',
  'q',
  0,
  fs.constants.O_RDWR,
  null,
  undefined,
  {},
  1.5,
  '',
]) {
  op(`openSync with flags ${String(flags)}`, (f) =>
    fs.closeSync(fs.openSync(`${f}/a.txt`, wrong(flags))),
  );
  op(`readFileSync with flag ${String(flags)}`, (f) =>
    fs.readFileSync(`${f}/a.txt`, wrong({ flag: flags })),
  );
  op(`readFileSync utf8 with flag ${String(flags)}`, (f) =>
    fs.readFileSync(`${f}/a.txt`, wrong({ flag: flags, encoding: 'utf8' })),
  );
  op(`writeFileSync with flag ${String(flags)}`, (f) =>
    fs.writeFileSync(`${f}/a.txt`, 'x', wrong({ flag: flags })),
  );
  op(`appendFileSync with flag ${String(flags)}`, (f) =>
    fs.appendFileSync(`${f}/a.txt`, 'x', wrong({ flag: flags })),
  );
}
for (const options of [
  'utf8',
  'hex',
  'base64',
  'buffer',
  'latin1',
  'nonsense',
  null,
  undefined,
  {},
  { encoding: 'utf-8' },
  { encoding: 'buffer' },
  { encoding: 'nonsense' },
  { encoding: null },
  { encoding: 5 },
  5,
  true,
  () => {},
  [],
  Symbol('s'),
]) {
  const title = typeof options === 'object' ? JSON.stringify(options) : String(options);
  const given = wrong(options);
  op(`readFileSync with ${title}`, (f) => fs.readFileSync(`${f}/a.txt`, given));
  op(`readdirSync with ${title}`, (f) => fs.readdirSync(`${f}/dir`, given));
  op(`readlinkSync with ${title}`, (f) => fs.readlinkSync(`${f}/link`, given));
  op(`realpathSync with ${title}`, (f) => String(fs.realpathSync(`${f}/link`, given)));
  op(`realpathSync.native with ${title}`, () => fs.realpathSync.native('/etc/hostname', given));
  op(`mkdtempSync with ${title}`, (f) => typeof fs.mkdtempSync(`${f}/t-`, given));
  op(`opendirSync with ${title}`, (f) => {
    const dir = fs.opendirSync(`${f}/dir`, given);
    const names = [dir.readSync()?.name, dir.readSync()?.name, dir.readSync()];
    dir.closeSync();
    return names.sort();
  });
  op(`writeFileSync with ${title}`, (f) => fs.writeFileSync(`${f}/a.txt`, 'c3a4', given));
  op(`appendFileSync with ${title}`, (f) => fs.appendFileSync(`${f}/a.txt`, 'c3a4', given));
  op(`statSync with ${title}`, (f) => fs.statSync(`${f}/a.txt`, given));
  op(`lstatSync with ${title}`, (f) => fs.lstatSync(`${f}/a.txt`, given));
  op(`fstatSync with ${title}`, (f) =>
    withFile(`${f}/a.txt`, 'r', (fd) => fs.fstatSync(fd, given)),
  );
  op(`statfsSync with ${title}`, (f) => typeof fs.statfsSync(`${f}/a.txt`, given).type);
  op(`mkdirSync with ${title}`, (f) => fs.mkdirSync(`${f}/new`, given));
  op(`rmdirSync with ${title}`, (f) => fs.rmdirSync(`${f}/hollow`, given));
  op(`rmSync with ${title}`, (f) => fs.rmSync(`${f}/a.txt`, given));
  op(`cpSync with ${title}`, (f) => fs.cpSync(`${f}/a.txt`, `${f}/new`, given));
  op(`globSync with ${title}`, () => fs.globSync('/etc/hostna*', given));
}
for (const data of [
  'text',
  Buffer.from('bytes'),
  new Uint8Array([65, 66]),
  new DataView(new ArrayBuffer(2)),
  new Float64Array(1),
  '',
  Buffer.alloc(0),
  5,
  null,
  undefined,
  {},
  ['x'],
  true,
  new ArrayBuffer(2),
]) {
  const title = `${Object.prototype.toString.call(data)} ${String(data).slice(0, 5)}`;
  op(`writeFileSync ${title}`, (f) => fs.writeFileSync(`${f}/new`, wrong(data)));
  op(`writeFileSync flushing ${title}`, (f) =>
    fs.writeFileSync(`${f}/new`, wrong(data), { flush: true }),
  );
  op(`appendFileSync ${title}`, (f) => fs.appendFileSync(`${f}/a.txt`, wrong(data)));
  op(`writeSync ${title}`, (f) => withFile(`${f}/new`, 'w', (fd) => fs.writeSync(fd, wrong(data))));
  op(`writevSync ${title}`, (f) =>
    withFile(`${f}/new`, 'w', (fd) => fs.writevSync(fd, wrong([data]))),
  );
  op(`writevSync of ${title}`, (f) =>
    withFile(`${f}/new`, 'w', (fd) => fs.writevSync(fd, wrong(data))),
  );
  op(`readvSync ${title}`, (f) =>
    withFile(`${f}/a.txt`, 'r', (fd) => fs.readvSync(fd, wrong([data]))),
  );
  op(`readSync into ${title}`, (f) =>
    withFile(`${f}/a.txt`, 'r', (fd) => fs.readSync(fd, wrong(data))),
  );
}
for (const rest of [
  [],
  [0],
  [0, 2],
  [1, 2, 3],
  [0, 2, null],
  [0, 2, 1n],
  [0, 2, -1],
  [2, 100],
  [100],
  [-1],
  [1.5],
  [null],
  [undefined],
  [undefined, 2],
  [0, undefined, 1],
  [0, null],
  [0, '2'],
  [{}],
  [{ offset: 1 }],
  [{ length: 2 }],
  [{ position: 6, length: 3 }],
  [{ offset: 9, length: 9 }],
  [{ offset: null }],
  [[]],
  ['x'],
  [{ position: 'x' }],
  [0, 2, {}],
  [0, 0],
  [0, 2, 2 ** 60],
  [() => {}],
  [0, () => {}],
  [0, 2, () => {}],
]) {
  const title = JSON.stringify(rest, (_key, value: unknown) =>
    typeof value === 'bigint' ? `${value}n` : (value ?? String(value)),
  );
  op(`readSync ${title}`, (f) => {
    const bytes = Buffer.alloc(8, '.');
    const call = fs.readSync as (...args: unknown[]) => number;
    return withFile(`${f}/a.txt`, 'r', (fd) => [
      call(fd, bytes, ...rest),
      bytes.toString('latin1'),
    ]);
  });
  for (const data of [
    'stringdata',
    Buffer.from('bytesdata'),
    new Uint16Array([0x4142, 0x4344, 0x4546]),
  ]) {
    op(`writeSync ${data.constructor.name} ${title}`, (f) => {
      const call = fs.writeSync as (...args: unknown[]) => number;
      return withFile(`${f}/a.txt`, 'r+', (fd) => call(fd, data, ...rest));
    });
  }
  op(`readvSync ${title}`, (f) => {
    const two = [Buffer.alloc(2), Buffer.alloc(3)];
    const call = fs.readvSync as (...args: unknown[]) => number;
    return withFile(`${f}/a.txt`, 'r', (fd) => [
      call(fd, two, ...rest),
      Buffer.concat(two).toString('latin1'),
    ]);
  });
}
op('writeSync string at a position in an encoding', (f) =>
  withFile(`${f}/a.txt`, 'r+', (fd) => fs.writeSync(fd, 'c3a4', 2, 'hex')),
);
op('writeSync string in no encoding', (f) =>
  withFile(`${f}/a.txt`, 'r+', (fd) => fs.writeSync(fd, 'c3a4', 2, wrong('nonsense'))),
);
op('writeSync odd hex', (f) =>
  withFile(`${f}/a.txt`, 'r+', (fd) => fs.writeSync(fd, 'c3a', 2, 'hex')),
);
op('readSync to the end, piece by piece', (f) =>
  withFile(`${f}/a.txt`, 'r', (fd) => {
    const bytes = Buffer.alloc(5);
    return [1, 2, 3, 4].map(() => fs.readSync(fd, bytes));
  }),
);
op('readSync of no bytes', (f) =>
  withFile(`${f}/a.txt`, 'r', (fd) => fs.readSync(fd, Buffer.alloc(0))),
);
op('readFileSync of a descriptor goes on where it is', (f) =>
  withFile(`${f}/a.txt`, 'r', (fd) => {
    fs.readSync(fd, Buffer.alloc(6));
    return fs.readFileSync(fd, 'utf8');
  }),
);
op('readFileSync of /proc', () => fs.readFileSync('/proc/sys/kernel/ostype', 'latin1'));
op('readFileSync ignores a signal', (f) =>
  fs.readFileSync(`${f}/a.txt`, wrong({ signal: AbortSignal.abort() })),
);
op('writeFileSync ignores a signal', (f) =>
  fs.writeFileSync(`${f}/a.txt`, 'x', wrong({ signal: AbortSignal.abort() })),
);
op('statSync ignores a signal', (f) =>
  fs.statSync(`${f}/a.txt`, wrong({ signal: AbortSignal.abort() })),
);
op('readFileSync into a buffer', (f) =>
  fs.readFileSync(`${f}/a.txt`, wrong({ buffer: Buffer.alloc(40) })),
);
op('writeFileSync with flush wrong', (f) =>
  fs.writeFileSync(`${f}/a.txt`, 'x', wrong({ flush: 1 })),
);
for (const length of [0, 3, 20, -5, 1.5, 'x', null, undefined, NaN]) {
  op(`truncateSync to ${String(length)}`, (f) => fs.truncateSync(`${f}/a.txt`, wrong(length)));
  op(`truncateSync of nothing to ${String(length)}`, (f) =>
    fs.truncateSync(`${f}/missing`, wrong(length)),
  );
  op(`ftruncateSync to ${String(length)}`, (f) =>
    withFile(`${f}/a.txt`, 'r+', (fd) => fs.ftruncateSync(fd, wrong(length))),
  );
}

// Folders.
op('mkdirSync recursive', (f) => fs.mkdirSync(`${f}/x/y/z`, { recursive: true }));
op('mkdirSync recursive of what exists', (f) => fs.mkdirSync(`${f}/dir/sub`, { recursive: true }));
op('mkdirSync recursive below a file', (f) => fs.mkdirSync(`${f}/a.txt/y/z`, { recursive: true }));
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
function readAll(dir: fs.Dir): unknown[] {
  const all: unknown[] = [];
  for (let entry = dir.readSync(); entry !== null; entry = dir.readSync()) all.push(entry);
  dir.closeSync();
  return all.map((entry) => (entry as fs.Dirent).name).sort();
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
  ] as const) {
    op(`cpSync ${from} to ${to} ${JSON.stringify(options)}`, (f) =>
      fs.cpSync(`${f}/${from}`, `${f}/${to}`, wrong(options)),
    );
  }
}
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

// Links and names.
op('symlinkSync with a type', (f) => fs.symlinkSync('a.txt', `${f}/new`, 'file'));
for (const type of ['nonsense', 5, null, {}])
  op(`symlinkSync with type ${String(type)}`, (f) =>
    fs.symlinkSync('a.txt', `${f}/new`, wrong(type)),
  );
op('symlinkSync onto what exists', (f) => fs.symlinkSync('a.txt', `${f}/link`));
op('linkSync', (f) => fs.linkSync(`${f}/a.txt`, `${f}/new`));
op('linkSync onto what exists', (f) => fs.linkSync(`${f}/a.txt`, `${f}/empty`));
op('renameSync', (f) => fs.renameSync(`${f}/a.txt`, `${f}/new`));
op('renameSync of a folder onto a full one', (f) => fs.renameSync(`${f}/hollow`, `${f}/dir`));
op('renameSync to something wrong', (f) => fs.renameSync(`${f}/a.txt`, wrong(5)));
op('more arguments than there are parameters', (f) =>
  [`${f}/a.txt`, `${f}/empty`].map(wrong(fs.statSync)),
);
op('mapped over names', (f) => [`${f}/a.txt`, `${f}/missing`].map(wrong(fs.existsSync)));

export const FS_OPERATIONS: readonly Operation[] = list;
