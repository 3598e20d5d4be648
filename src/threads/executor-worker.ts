import { describe, InvalidArgumentError } from '../errors/index.ts';
import { type Job, type Outcome, packFailure } from './executor-job.ts';

/** What the pool calls, in a worker thread. */
export async function callInWorker({ module, name, args }: Job): Promise<Outcome> {
  try {
    const exported: unknown = ((await import(module)) as Record<string, unknown>)[name];
    if (typeof exported !== 'function') {
      throw new InvalidArgumentError(
        `Expected \`${name}\` to be a function that ${module} exports, got ${describe(exported)}`,
      );
    }
    return { value: await (exported as (...args: unknown[]) => unknown)(...args) };
  } catch (error) {
    return { failure: packFailure(error) };
  }
}
