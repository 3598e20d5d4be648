/** Modes, owners, times, flags, encodings and other options, one function after the other. */
import fs from 'node:fs';
import { listOperations, type Operation, withFile, wrong } from '../operation.ts';

export const OPTION_OPERATIONS: readonly Operation[] = listOperations((op) => {
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
});
