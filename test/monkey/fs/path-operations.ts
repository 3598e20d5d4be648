/** What takes a path first: each function with paths of each kind. */
import fs from 'node:fs';
import { pathToFileURL } from 'node:url';
import { listOperations, type Operation, wrong } from '../operation.ts';

const bad: [string, unknown][] = [
  ['undefined', undefined],
  ['null', null],
  ['a number', 1.5],
  ['an object', {}],
  ['a NUL in it', 'a\0b'],
  ['an http URL', new URL('http://example.org/x')],
  ['the empty string', ''],
];

export const PATH_OPERATIONS: readonly Operation[] = listOperations((op) => {
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
});
