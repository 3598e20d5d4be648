// Stacks whose greenlet has ended, kept for the next one.
//
// To make a stack and to free it costs forty times what a switch costs, most of it the kernel's: pages are handed out
// and taken back. So a crowd's stacks are kept for the next crowd; but an idle stack holds memory and is looked
// through by every collection. What was not needed for a while is therefore freed, a few stacks at a time: freeing
// thousands at once would be felt as a pause.

import { setTimeout } from 'node:timers';

import { stackInfo, switchStack } from '../stack/index.ts';

/** So many are always kept. */
const FEW = 256;
/** More than this are never kept: 16,384 of them hold about 200 MB. */
const MOST = 16_384;
const LOOK_EVERY_MS = 100;
const FREED_AT_A_LOOK = 128;

const idle: number[] = [];
/** The fewest that were idle at once since the last look: so many were not needed. */
let fewest = 0;
let looking = false;

/** One of them, the warmest, or undefined. */
export function takeIdle(): number | undefined {
  const stack = idle.pop();
  if (idle.length < fewest) fewest = idle.length;
  return stack;
}

/** Keeps a stack that is about to be left. False if there are enough: it shall be freed. */
export function keepIdle(stack: number): boolean {
  if (idle.length >= FEW) {
    if (idle.length >= MOST || stackInfo().backend !== 'native') return false;
    if (!looking) lookLater();
  }
  idle.push(stack);
  return true;
}

/** Drops one that has ended otherwise. */
export function forgetIdle(stack: number): void {
  const place = idle.indexOf(stack);
  if (place >= 0) idle.splice(place, 1);
}

function lookLater(): void {
  looking = true;
  setTimeout(look, LOOK_EVERY_MS).unref();
}

/** On the main stack: frees some of those that nobody needed. */
function look(): void {
  const surplus = Math.min(fewest, FREED_AT_A_LOOK, idle.length - FEW);
  fewest = idle.length;
  // The coldest are at the bottom. Resumed without a job, a stack ends, and this one goes on.
  if (surplus > 0) for (const stack of idle.splice(0, surplus)) switchStack(stack);
  looking = false;
  if (idle.length > FEW) lookLater();
}
