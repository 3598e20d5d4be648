import { InvalidStateError } from '../errors/index.ts';
import { allTasks, currentTask, Task, type TaskBody } from '../task/index.ts';
import { EventLoop } from './event-loop.ts';
import { wait } from './wait.ts';

/**
 * Runs a program's main coroutine or async function; the promise gets its result. When it ends, in
 * whatever way, the tasks that it started, and those that they started, are cancelled and waited for.
 *
 * @throws InvalidStateError (by the promise) when called inside a task
 * @example
 * await run(async () => {
 *   await sleep(1000)
 *   console.log('Hello')
 * })
 */
export async function run<T>(
  main: TaskBody<T>,
  options: { readonly name?: string } = {},
): Promise<T> {
  if (currentTask() instanceof Task) {
    throw new InvalidStateError(
      'Cannot call `run` inside a task; use `await` or `yield*` on what you wanted to run',
    );
  }
  const loop = new EventLoop();
  try {
    const task = new Task<T>(main, { ...options, asRoot: true });
    try {
      return await loop.runUntilComplete(task);
    } finally {
      await cancelDescendants(task);
    }
  } finally {
    loop.close();
  }
}

async function cancelDescendants(main: Task): Promise<void> {
  const left = [...allTasks(main.loop)].filter((task) => task.root === main);
  if (left.length === 0) return;
  for (const task of left) task.cancel();
  await wait(left);
}
