import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { styleText } from 'node:util';

import { patchAll } from '../monkey/index.ts';
import { joinAll, main, sleep, spawn } from '../hub/index.ts';
import { chosenStacks } from './chosen-stacks.ts';
import { CommandLineError, commandLineError } from './command-line-error.ts';
import { measureCrowd, measureSwitches } from './tour/measure.ts';
import { fetchPages, nap, openSlowServer, readFiles, runChildren } from './tour/performers.ts';
import { Timeline } from './tour/timeline.ts';

const LENGTH_MS = 5000;
const FRAME_MS = 80;
/** In a terminal with fewer columns only the finished picture is shown. */
const NARROWEST = 50;
const WIDTH_OF_TEXT = 100;
const CROWD = 5000;

const NEXT = [
  ['README.md', 'what it is for, in one screen'],
  ['examples/seed/4-greenlet.ts', 'two greenlets that switch by hand'],
  ['examples/seed/5-gevent.ts', 'blocking sleeps side by side'],
  ['examples/sync-hook.ts', 'a synchronous library whose callback fetches'],
] as const;

/** `greenroom tour`: about ten seconds of what greenlets do, in numbers from this machine. */
export async function tour(args: readonly string[]): Promise<void> {
  if (args[0] !== undefined) throw commandLineError('argument', args[0], 'tour takes none');
  const { backend, missing } = chosenStacks();
  if (backend === 'off') {
    throw new CommandLineError('ERR_STACKS_UNAVAILABLE', `no tour without stacks: ${missing}`, 1);
  }
  // Whoever reads only the beginning, as `head` does, has seen enough.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  patchAll();
  await main(() => {
    console.log(`${bold('Greenroom')}: one thread, seven greenlets, plain blocking calls.\n`);
    showPicture();
    showNumbers();
    showNext();
  });
}

function showPicture(): void {
  const server = openSlowServer();
  const timeline = new Timeline(LENGTH_MS);
  const source = fileURLToPath(new URL('..', import.meta.url));
  const performers = [
    spawn(nap, timeline.row('Atomics.wait'), 5, 950),
    spawn(nap, timeline.row('Atomics.wait'), 3, 1600),
    spawn(readFiles, timeline.row('readFileSync'), source, 15),
    spawn(runChildren, timeline.row('execFileSync'), 5, 800),
    spawn(runChildren, timeline.row('execFileSync'), 3, 1400),
    spawn(fetchPages, timeline.row('wait(fetch(…))'), server.origin, 11, 400),
    spawn(fetchPages, timeline.row('wait(fetch(…))'), server.origin, 4, 1100),
  ];
  const { stdout } = process;
  const live = stdout.isTTY && stdout.columns >= NARROWEST;
  const colour = stdout.isTTY && stdout.hasColors();
  let drawn = 0;
  const draw = (): void => {
    const columns = stdout.columns ?? WIDTH_OF_TEXT;
    const lines = timeline.draw(columns, colour).map((line) => (live ? `${line}\x1b[K` : line));
    stdout.write(`${drawn === 0 ? '' : `\x1b[${drawn}A`}${lines.join('\n')}\n`);
    drawn = lines.length;
  };
  while (live && performers.some((performer) => !performer.ready())) {
    draw();
    sleep(FRAME_MS);
  }
  joinAll(performers, { raiseError: true });
  const [wall, sum] = [timeline.elapsed() / 1000, timeline.sumOfWaits() / 1000];
  draw();
  server.close();
  console.log(
    `\nIt took ${bold(`${wall.toFixed(1)} s`)}. One after the other, the waits take ${bold(`${sum.toFixed(1)} s`)}.`,
  );
}

function showNumbers(): void {
  const switches = measureSwitches(1000);
  console.log(`Switches between two greenlets: ${bold(perSecond(switches))} on this machine.`);
  const { seconds, kilobytesEach } = measureCrowd(CROWD, 1000);
  console.log(
    `${CROWD.toLocaleString('en')} greenlets asleep at once, a second each: ` +
      `${bold(`${seconds.toFixed(1)} s`)} in all, ${bold(`${kilobytesEach.toFixed(0)} KB`)} for each.`,
  );
}

function showNext(): void {
  const root = new URL('../../', import.meta.url);
  const there = NEXT.filter(([file]) => existsSync(new URL(file, root)));
  if (there.length > 0) console.log('\nWhat to read next:');
  for (const [file, about] of there) console.log(`  ${file.padEnd(28)} ${about}`);
  console.log('\nRun a program of your own: npx greenroom run FILE');
}

function perSecond(count: number): string {
  return count >= 1e6
    ? `${(count / 1e6).toFixed(1)} million a second`
    : `${Math.round(count).toLocaleString('en')} a second`;
}

function bold(text: string): string {
  return styleText('bold', text, { stream: process.stdout });
}
