import { Future } from '../../src/future/future.ts';
import type { GreenletTask } from '../../src/hub/greenlet-task.ts';
import { joinAll } from '../../src/hub/join.ts';
import { killAll } from '../../src/hub/kill.ts';
import { main } from '../../src/hub/main.ts';
import { setErrorReporter } from '../../src/hub/report-error.ts';
import { sleep } from '../../src/hub/sleep.ts';
import { spawn, spawnLater } from '../../src/hub/spawn.ts';
import { wait } from '../../src/hub/wait.ts';
import { waiting } from '../../src/kernel/parked.ts';
import { withVirtualTime } from '../../src/public/testing.ts';
import { FUTURES, perform, type Play, type Scene, type Stage } from './random-script.ts';

/** Performs a play with greenlets, in virtual time. Returns what happened. */
export async function performForReal(play: Play): Promise<string[]> {
  const events: string[] = [];
  const before = setErrorReporter(
    (error) => void events.push(`reported: ${(error as Error).message}`),
  );
  try {
    await withVirtualTime(
      async ({ loop, now }) => {
        await main(() => playOut(perform(new RealStage(events, now), play)));
        // What is left behind counts as an event, too: the model leaves nothing. (One timer is the test's own.)
        if (loop.timerCount > 1) events.push(`${loop.timerCount - 1} timers are left`);
        if (waiting().length > 0) events.push(`${waiting().length} greenlets still wait`);
      },
      play.seed === null ? {} : { seed: play.seed },
    );
  } finally {
    setErrorReporter(before);
  }
  return events;
}

/** On this stage a scene never yields. */
function playOut(scene: Scene<void>): void {
  if (scene.next().done !== true) throw new Error('a step has yielded');
}

class RealStage implements Stage {
  readonly events: string[];
  readonly now: () => number;
  readonly #tasks: GreenletTask<void>[] = [];
  readonly #futures = Array.from({ length: FUTURES }, () => new Future<void>());

  constructor(events: string[], now: () => number) {
    this.events = events;
    this.now = now;
  }

  spawn(body: (self: number) => Scene<void>, ms: number | null): void {
    const number = this.#tasks.length;
    const run = (): void => playOut(body(number));
    this.#tasks.push(ms === null ? spawn(run) : spawnLater(ms, run));
  }

  greenlets(): number {
    return this.#tasks.length;
  }

  done(greenlet: number): boolean {
    return this.#tasks[greenlet]!.done();
  }

  *sleep(ms: number): Scene<void> {
    sleep(ms);
  }

  *wait(future: number, timeout: number | null): Scene<boolean> {
    try {
      wait(this.#futures[future]!, { timeout: timeout ?? undefined });
      return true;
    } catch (error) {
      if ((error as { code?: unknown }).code === 'ERR_TIMEOUT') return false;
      throw error;
    }
  }

  set(future: number): void {
    if (!this.#futures[future]!.done()) this.#futures[future]!.setResult();
  }

  *kill(target: number, block: boolean): Scene<void> {
    this.#tasks[target]!.kill(undefined, { block });
  }

  *killAll(): Scene<void> {
    killAll(this.#tasks);
  }

  *join(target: number, timeout: number | null): Scene<boolean> {
    return this.#tasks[target]!.join(timeout ?? undefined);
  }

  *joinAll(targets: number[], timeout: number | null, count: number | null): Scene<number[]> {
    const tasks = targets.map((target) => this.#tasks[target]!);
    const ended = joinAll(tasks, { timeout: timeout ?? undefined, count: count ?? undefined });
    return ended.map((task) => this.#tasks.indexOf(task));
  }

  link(target: number, callback: () => void): void {
    this.#tasks[target]!.link(callback);
  }
}
