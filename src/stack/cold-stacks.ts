import type { Addon } from '../addon/index.ts';
import { chosen } from './chosen.ts';

/**
 * Whether scavenges leave out parked stacks that hold nothing young, visit all of them, or visit all and end the
 * process if they find something young where nothing should be.
 */
export type ColdStacks = 'on' | 'off' | 'verify';

export interface ColdChoice {
  readonly mode: ColdStacks;
  /** Why it is off though nobody has chosen that. */
  readonly refused?: string;
}

/** What GREENROOM_COLD chooses, if V8's flags allow it. */
export function chooseCold(addon: Addon): ColdChoice {
  const mode = chosen('GREENROOM_COLD', ['on', 'off', 'verify'] as const) ?? 'on';
  if (mode === 'off') return { mode };
  const flag = addon.unsafeFlag();
  return flag === undefined
    ? { mode }
    : { mode: 'off', refused: `with ${flag} a scavenge may leave young objects where they are` };
}

/** Bytes of garbage that make V8 scavenge for certain, more than once: with the largest young generation of its own. */
const GARBAGE = 128 * 1024 * 1024;
const PIECE = 1024;

/**
 * How many scavenges have gone as leaving stacks out needs it. Each is looked at; this causes the first ones, if none
 * has come yet. 0 if they went otherwise: then all stacks are visited.
 */
export function proveCold(addon: Addon): number {
  let kept: number[] = [];
  for (let made = 0; made < GARBAGE; made += PIECE) {
    kept = Array.from({ length: PIECE / 8 }, (_, k) => k);
    if (made % (1024 * PIECE) === 0 && addon.statistics().coldScavenges > 0) break;
  }
  return kept.length > 0 ? addon.statistics().coldScavenges : 0;
}
