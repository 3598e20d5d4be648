export { type ContextLike, runIn, type RunInContext } from './callback-context.ts';
export {
  ContextToken,
  ContextVar,
  type ContextVarOptions,
  ContextVarUnsetError,
} from './context-var.ts';
export {
  captureContext,
  Context,
  copyContext,
  inheritedContext,
  withCallbackContext,
  withGreenletContext,
} from './context.ts';
