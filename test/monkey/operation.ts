import fs from 'node:fs';

/** Calls that are made in both ways and compared. */
export interface Operation {
  readonly title: string;
  /** Makes the calls; what it returns or throws is compared. */
  readonly run: (folder: string) => unknown;
}

export type AddOperation = (title: string, run: Operation['run']) => void;

/** A list of operations that `fill` adds to. */
export function listOperations(fill: (op: AddOperation) => void): Operation[] {
  const list: Operation[] = [];
  fill((title, run) => list.push({ title, run }));
  return list;
}

/** Stands for arguments that the types forbid. */
export const wrong = (value: unknown): never => value as never;

/** A value in a test's title. */
export function titleOf(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  if (ArrayBuffer.isView(value)) return `${value.constructor.name}(${value.byteLength})`;
  if (typeof value !== 'object' || value === null) return String(value).slice(0, 20);
  const text = JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'bigint' ? `${part}n` : (part ?? String(part)),
  );
  return text.slice(0, 60);
}

/** With an open descriptor, which is closed afterwards. */
export function withFile<R>(file: string, flags: string, use: (fd: number) => R): R {
  const fd = fs.openSync(file, flags);
  try {
    return use(fd);
  } finally {
    fs.closeSync(fd);
  }
}
