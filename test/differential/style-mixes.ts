import { type Style, styles } from '../asyncio/styles.ts';
import type { StyleMix } from './interpreter.ts';

/** Everything in one style. */
const pure = (style: Style): StyleMix => ({
  name: style.name,
  task: () => style,
  body: () => style,
});

/**
 * Tasks of all styles together, and bodies in each style that can be run in their task: what blocks belongs in a
 * greenlet, and an async function there cannot be reached by a cancellation.
 */
function mixed(): StyleMix {
  const [generator, async, greenlet] = styles as readonly [Style, Style, Style?];
  const all = greenlet === undefined ? [generator, async] : [generator, async, greenlet];
  const task = (number: number): Style => all[number % all.length] as Style;
  return {
    name: 'mixed',
    task,
    body(owner, nth) {
      const own = task(owner);
      const other = own === generator ? async : generator;
      return nth % 2 === 0 ? other : own;
    },
  };
}

export const styleMixes: readonly StyleMix[] = [...styles.map(pure), mixed()];
