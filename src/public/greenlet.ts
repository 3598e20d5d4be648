export { GreenletExit } from '../errors/index.ts';
export {
  getCurrent,
  getTrace,
  Greenlet,
  GreenletError,
  setTrace,
  type TraceFunction,
} from '../greenlet/index.ts';
