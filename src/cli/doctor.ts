import { chosenStacks } from './chosen-stacks.ts';
import { commandLineError } from './command-line-error.ts';
import { readVersion } from './help.ts';

const HAND_OVERS = {
  direct: ', handed over directly',
  locker: ", by V8's lock (correct, but slower)",
};

const BACKENDS = {
  native: 'native stacks (switched in user space)',
  thread: 'thread stacks (one thread for each greenlet: correct, but slow to switch)',
  off: 'none: generator and async style work, blocking calls throw',
};

/** `greenroom doctor`: which stacks are in use here, and what is missing. Exit code 1 if there are none. */
export function doctor(args: readonly string[]): void {
  if (args[0] !== undefined) throw commandLineError('argument', args[0], 'doctor takes none');
  const info = chosenStacks();
  const rows = [
    ['greenroom', readVersion()],
    ['platform', `${info.platform}-${info.arch}`],
    ['node', `${info.node} (module version ${info.abi})`],
    ['stacks', BACKENDS[info.backend] + (info.handOver ? HAND_OVERS[info.handOver] : '')],
    ['proof', info.proof],
    ['stack size', info.stackSize === 0 ? 'none' : `${info.stackSize / 1024} KB reserved for each`],
    ['missing', info.missing ?? 'nothing'],
  ];
  for (const [label, value] of rows) console.log(`${label!.padEnd(11)} ${value}`);
  if (info.backend === 'off') process.exitCode = 1;
}
