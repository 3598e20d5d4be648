import { joinAll, main, spawn, wait } from 'greenroom';
import { compute, Connection, type Work } from './workload.ts';

/** Does the work in this thread, by so many greenlets that share the items. */
export function doWork({ items, compute: rounds, port, coroutines }: Work): Promise<void> {
  let left = items;
  const body = (): void => {
    const connection = port === 0 ? undefined : new Connection(port);
    while (left > 0) {
      left--;
      if (connection !== undefined) wait(connection.ask());
      compute(rounds);
    }
    connection?.end();
  };
  return main(() => {
    joinAll(
      Array.from({ length: coroutines }, () => spawn(body)),
      { raiseError: true },
    );
  });
}
