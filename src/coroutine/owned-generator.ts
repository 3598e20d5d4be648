import { ReusedCoroutine } from './reused-coroutine.ts';

/** Those that somebody runs to the end, as far as debug mode has seen. */
const owned = new WeakSet<Generator>();

/**
 * The steps of a generator for one who runs it to its end, alone; for the next one they fail. V8 does not tell whether a
 * generator has begun, and to note it takes more than many of them do; so this is for debug mode.
 */
export function ownedSteps(generator: Generator): Generator {
  if (owned.has(generator))
    return new ReusedCoroutine({ name: 'generator', state: 'running' }) as unknown as Generator;
  owned.add(generator);
  return generator;
}
