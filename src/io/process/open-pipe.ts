import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getSystemErrorName } from 'node:util';
import { pipeOpener } from '../../addon/index.ts';

/** The two ends of a pipe, as descriptors. */
export type PipeEnds = readonly [reading: number, writing: number];

// As it was when this module was loaded: patched, it would park.
const runNow = execFileSync;

/**
 * Makes a pipe of the system's own, both ends of which block. What Node makes for a child are pairs of sockets: each
 * can be given to one descriptor only, and the child cannot open it as `/dev/stdin` or `/dev/stdout`.
 *
 * @throws an error of the system's, with its `code`, if there are no more descriptors
 */
export function openPipe(): PipeEnds {
  const open = pipeOpener();
  if (open === null) return openNamedPipe();
  const ends = new Int32Array(2);
  const status = open(ends);
  if (status === 0) return [ends[0] as number, ends[1] as number];
  const code = getSystemErrorName(status);
  throw Object.assign(new Error(`pipe ${code}`), { errno: status, code, syscall: 'pipe' });
}

/** Without the addon only a file system can make a pipe: one with a name, which is removed at once. */
function openNamedPipe(): PipeEnds {
  const folder = mkdtempSync(join(tmpdir(), 'greenroom-'));
  try {
    const path = join(folder, 'pipe');
    runNow('mkfifo', [path], { stdio: 'ignore' });
    // Either end alone would wait for the other.
    const first = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const writing = openSync(path, constants.O_WRONLY);
      return [openSync(path, constants.O_RDONLY), writing];
    } finally {
      closeSync(first);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
