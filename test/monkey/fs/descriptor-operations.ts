/** What takes a descriptor first. */
import fs from 'node:fs';
import { listOperations, type Operation, withFile, wrong } from '../operation.ts';

export const DESCRIPTOR_OPERATIONS: readonly Operation[] = listOperations((op) => {
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
    // As a path it must name nothing: three of the functions take one, too.
    for (const fd of [-1, 9999, 1.5, 2 ** 31, NaN, '/nowhere/x', null, undefined, {}, 3n])
      op(`${name}, descriptor ${String(fd)}`, () => call(wrong(fd)));
  }
  op('closeSync twice', (f) => {
    const fd = fs.openSync(`${f}/a.txt`, 'r');
    return [fs.closeSync(fd), fs.closeSync(fd)];
  });
});
