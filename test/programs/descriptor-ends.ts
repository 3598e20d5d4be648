// A watched descriptor keeps the process alive; a Worker that watches one can be
// terminated; a loop that is closed watches nothing.

import { execFileSync } from 'node:child_process';
import { constants, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';

import { DescriptorError, newEventLoop } from '../../src/public/asyncio.ts';

const loop = newEventLoop();
if (isMainThread) {
  const folder = mkdtempSync(join(tmpdir(), 'greenroom-ends-'));
  const path = join(folder, 'pipe');
  execFileSync('mkfifo', [path]);
  const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  rmSync(folder, { recursive: true });
  try {
    loop.addReader(fd, () => 1);
    loop.removeReader(fd);
  } catch (error) {
    if (!(error instanceof DescriptorError)) throw error;
    console.log(error.message);
    process.exit(0);
  }

  const worker = new Worker(new URL(import.meta.url), { workerData: fd });
  await new Promise((resolve) => worker.once('message', resolve));
  console.log('worker ended', await worker.terminate());

  loop.addReader(fd, () => {
    const buffer = Buffer.alloc(10);
    console.log('read', buffer.toString('utf8', 0, readSync(fd, buffer)));
    loop.close();
  });
  // Nothing but the reader keeps the process alive until then.
  setTimeout(() => writeSync(fd, 'x'), 20).unref();
  process.on('exit', () => console.log('exit'));
} else {
  loop.addReader(workerData as number, () => 1);
  parentPort!.postMessage('watching');
}
