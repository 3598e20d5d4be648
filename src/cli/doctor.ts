import { provenScavenges, type StackInfo } from '../stack/index.ts';
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

/** Whether scavenges leave out parked stacks, as the first of them have shown. */
function coldOf({ cold, coldRefused }: StackInfo): string {
  if (cold === undefined || cold === 'off')
    return `visit every parked stack${coldRefused ? `: ${coldRefused}` : ''}`;
  const proven = provenScavenges();
  if (proven === 0) return 'visit every parked stack: they did not go as leaving some out needs it';
  return cold === 'on'
    ? `leave out parked stacks that hold nothing young (proven in ${proven})`
    : `visit every parked stack, and check those that hold nothing young (proven in ${proven})`;
}

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
    ['scavenges', coldOf(info)],
    ['missing', info.missing ?? 'nothing'],
  ];
  for (const [label, value] of rows) console.log(`${label!.padEnd(11)} ${value}`);
  if (info.backend === 'off') process.exitCode = 1;
}
