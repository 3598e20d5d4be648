// What is said of coroutines, measured here and now: one line a claim, confirmed
// or not, with the figures.
//
//   node --conditions=greenroom-source --expose-gc bench/claims.ts [filter…]
//
// Exits with 1 when a claim was not confirmed.

import { availableParallelism } from 'node:os';

import { stackInfo } from 'greenroom';
import { costClaims } from './claims/cost.ts';
import { orderClaims } from './claims/order.ts';
import { workClaims } from './claims/work.ts';
import type { Claim } from './claims/claim.ts';

const claims: readonly Claim[] = [...costClaims, ...workClaims, ...orderClaims];
const filters = process.argv.slice(2);

console.log(
  `Node ${process.versions.node}, ${stackInfo().backend} stacks, ${availableParallelism()} cores\n`,
);
let refuted = 0;
for (const { says, measure } of claims) {
  if (filters.length > 0 && !filters.some((filter) => says.includes(filter))) continue;
  const { holds, figures } = await measure();
  if (!holds) refuted++;
  console.log(`${holds ? 'confirmed    ' : 'NOT CONFIRMED'}  ${says}: ${figures}`);
}
if (refuted > 0) process.exitCode = 1;
