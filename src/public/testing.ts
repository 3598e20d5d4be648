export { VirtualDriver, type VirtualDriverOptions } from '../loop/index.ts';
export {
  SeededOrder,
  VIRTUAL_LIMIT_MS,
  type VirtualTime,
  type VirtualTimeOptions,
  withSeeds,
  withVirtualTime,
} from '../testing/index.ts';
