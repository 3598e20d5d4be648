/** What is written and read: data of each kind, offsets, lengths and positions. */
import fs from 'node:fs';
import { listOperations, type Operation, withFile, wrong } from '../operation.ts';

export const DATA_OPERATIONS: readonly Operation[] = listOperations((op) => {
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
    op(`writeSync ${title}`, (f) =>
      withFile(`${f}/new`, 'w', (fd) => fs.writeSync(fd, wrong(data))),
    );
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
});
