export { SeededOrder } from './seeded-order.ts';
export {
  VIRTUAL_LIMIT_MS,
  type VirtualTime,
  type VirtualTimeOptions,
  withSeeds,
  withVirtualTime,
} from './virtual-time.ts';
