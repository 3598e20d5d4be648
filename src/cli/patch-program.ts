import type { Fiber } from '../kernel/index.ts';
import { blockWhileAlone, patchAll, type PatchOptions } from '../monkey/index.ts';

/** Patches before the program is loaded. To be called with the greenlet of its body, when that begins: what is returned. */
export function patchProgram(kinds: PatchOptions): (body: Fiber) => void {
  patchAll(kinds);
  return blockWhileAlone;
}
