// What holds between coroutines: no locks, the loop beneath, parents, errors,
// blocking calls made cooperative.

import { spawnSync } from 'node:child_process';
import { readdirSync, readlinkSync } from 'node:fs';

import { Greenlet, joinAll, main, sleep, spawn, wait } from 'greenroom';
import { patchAll, unpatch } from 'greenroom/gevent/monkey';
import { type Claim, timed, type Verdict } from './claim.ts';
import { Connection, startServer } from './workload.ts';
import { startThread, timeHelpers } from './workers.ts';

async function noLocks(): Promise<Verdict> {
  const greenlets = 100;
  const each = 1000;
  let counter = 0;
  await main(() => {
    const body = (): void => {
      for (let i = 0; i < each; i++) {
        counter = counter + 1;
        sleep(0);
      }
    };
    joinAll(Array.from({ length: greenlets }, () => spawn(body)));
  });
  const times = 5_000_000;
  const threads = 2;
  // The counter, and how many threads are about to add to it.
  const shared = new SharedArrayBuffer(8);
  await timeHelpers(startThread, threads, () => ({ shared, threads, times }));
  const lost = threads * times - new Int32Array(shared)[0]!;
  return {
    holds: counter === greenlets * each,
    figures: `${greenlets} coroutines lost ${greenlets * each - counter} of ${greenlets * each} additions to one counter; ${threads} threads lost ${lost} of ${threads * times}`,
  };
}

/** The loop lies beneath: a coroutine that waits for a socket is woken by its readiness, no thread waits. */
async function eventLoop(): Promise<Verdict> {
  const server = await startServer();
  const count = 100;
  let threads = 0;
  const elapsed = await main(() => {
    const greenlets = Array.from({ length: count }, () =>
      spawn(() => {
        const connection = new Connection(server.port);
        wait(connection.ask());
        connection.end();
      }),
    );
    const started = performance.now();
    sleep(1);
    threads = readdirSync('/proc/self/task').length;
    joinAll(greenlets, { raiseError: true });
    return performance.now() - started;
  });
  server.end();
  const polls = readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).includes('eventpoll');
    } catch {
      return false;
    }
  }).length;
  return {
    holds: polls > 0 && threads < count,
    figures: `${count} coroutines waited for ${count} sockets in ${elapsed.toFixed(0)} ms on ${polls} epoll descriptor${polls === 1 ? '' : 's'} of libuv ${process.versions.uv}, ${threads} threads in the process`,
  };
}

function parents(): Verdict {
  const names: string[] = [];
  let inner: Greenlet | undefined;
  const outer = new Greenlet(() => {
    inner = new Greenlet(() => 'result');
    names.push(inner.parent === outer ? 'outer' : 'another');
    return inner.switch();
  });
  const returned = outer.switch();
  const top = outer.parent === Greenlet.main && Greenlet.main.parent === null;
  return {
    holds: top && names[0] === 'outer' && returned === 'result',
    figures: `the inner one's parent is the ${names[0]} one, whose parent is ${top ? 'main, which has none' : 'not main'}; a result went up as ${JSON.stringify(returned)}`,
  };
}

async function uncaughtError(): Promise<Verdict> {
  // In a process of its own, because the error is printed.
  const program = `
    import { joinAll, main, sleep, spawn } from 'greenroom';
    await main(() => {
      const bad = spawn(() => { sleep(1); throw new Error('broken'); });
      const good = spawn(() => { sleep(5); return 'ran on'; });
      joinAll([bad, good]);
      console.log(bad.dead ?? bad.ready(), bad.successful(), good.value);
    });`;
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--conditions=greenroom-source', '--input-type=module', '--eval', program],
    { encoding: 'utf8', cwd: import.meta.dirname },
  );
  return {
    holds: status === 0 && stdout.trim() === 'true false ran on' && stderr.includes('broken'),
    figures: `the one that threw ended and its error was printed; the other ${stdout.trim().split(' ').slice(2).join(' ') || 'did not end'}`,
  };
}

async function monkey(): Promise<Verdict> {
  const block = (): void => {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
  };
  const twenty = (): Promise<number> =>
    timed(() => main(() => void joinAll(Array.from({ length: 20 }, () => spawn(block)))));
  const plain = await timed(() => {
    for (let i = 0; i < 2; i++) block();
  });
  patchAll();
  const patched = await twenty();
  unpatch();
  return {
    holds: patched < 250,
    figures: `20 blocking sleeps of 50 ms in 20 coroutines took ${patched.toFixed(0)} ms; unpatched, two take ${plain.toFixed(0)} ms`,
  };
}

export const orderClaims: readonly Claim[] = [
  { says: 'between switches no locks are needed', measure: noLocks },
  { says: 'an event loop lies beneath', measure: eventLoop },
  { says: 'a greenlet has a parent, the topmost is main', measure: parents },
  { says: 'an uncaught error kills its greenlet and no other', measure: uncaughtError },
  { says: 'monkey patching makes blocking code cooperative', measure: monkey },
];
