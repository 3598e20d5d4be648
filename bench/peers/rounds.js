// A contestant's process: for every line on stdin one round, its figure on stdout.

import { createInterface } from 'node:readline';

export async function serve(round) {
  for await (const _line of createInterface({ input: process.stdin })) console.log(await round());
  // What a peer keeps alive (a worker, say) is not waited for.
  process.exit(0);
}
