/** Links and names. */
import fs from 'node:fs';
import { listOperations, type Operation, wrong } from '../operation.ts';

export const LINK_OPERATIONS: readonly Operation[] = listOperations((op) => {
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
});
