import { AsyncResource } from 'node:async_hooks';
import { Session } from 'node:inspector';

/**
 * `async_wrap`: Node's arrays of async ids, laid out as in Node 22 to 26.
 *
 * Without it greenlets work, but must not park inside `AsyncResource.runInAsyncScope`: Node then ends the process. On
 * Node 22 they do not see the AsyncLocalStorage of whoever spawned them, either.
 */
export interface AsyncWrap {
  async_hook_fields: Uint32Array;
  async_id_fields: Float64Array;
  async_ids_stack: Float64Array;
  execution_async_resources: unknown[];
  pushAsyncContext(asyncId: number, triggerAsyncId: number): void;
  constants: { kStackLength: number; kExecutionAsyncId: number; kTriggerAsyncId: number };
}

/** What the addon does for the search. */
interface Search {
  /** Ends the running script, at its next call. */
  terminate(): void;
  /** The one object of the heap with both properties of its own. */
  findObject(first: string, second: string): object | undefined;
}

/**
 * Undefined where Node gives no way to it. The cheap ways are tried first: `process.binding`, where async resources
 * carry the context anyway (it has no `async_wrap` on later Nodes), then the inspector, then the whole heap.
 */
export function findAsyncWrap(
  search: Search,
  resourcesCarryContext: boolean,
): AsyncWrap | undefined {
  const ways: (() => unknown)[] = [
    resourcesCarryContext ? fromProcessBinding : () => undefined,
    () => fromInspector(search.terminate),
    () => search.findObject('pushAsyncContext', 'async_hook_fields'),
  ];
  for (const way of ways) {
    const wrap = way() as AsyncWrap | undefined;
    if (usable(wrap)) return wrap;
  }
  return undefined;
}

type Binding = (name: string) => unknown;

function fromProcessBinding(): AsyncWrap | undefined {
  const host = process as unknown as { binding?: Binding; noDeprecation?: boolean };
  const { noDeprecation } = host;
  // The one use of it: the notice is for code that has another way.
  host.noDeprecation = true;
  try {
    return host.binding?.('async_wrap') as AsyncWrap;
  } catch {
    return undefined;
  } finally {
    if (noDeprecation === undefined) delete host.noDeprecation;
    else host.noDeprecation = noDeprecation;
  }
}

interface Property {
  name: string;
  value?: { type: string; objectId?: string; description?: string };
}

/** What V8 answers when the time of the running script was up meanwhile: it has been ended by nothing, "Uncaught null". */
interface Answer {
  exceptionDetails?: { exception?: { subtype?: string } };
}

/**
 * Reads it out of the scope that AsyncResource's own functions close over.
 *
 * When the time of the script that runs this is up while V8 collects an answer, it leaves it at that, and the script
 * would go on for ever. So `terminate` is called, which ends it anew.
 */
function fromInspector(terminate: () => void): AsyncWrap | undefined {
  const session = new Session();
  let disturbed = false;
  const key = `greenroom:${process.hrtime.bigint()}`;
  const shared = globalThis as unknown as Record<string, unknown>;
  const post = (method: string, parameters: object): unknown => {
    let answer: Answer | undefined;
    let failure: Error | null = null;
    session.post(method, parameters, (error, result) => {
      failure = error;
      answer = result;
    });
    disturbed = answer?.exceptionDetails?.exception?.subtype === 'null';
    if (disturbed || failure !== null) throw failure ?? new Error('disturbed');
    return answer;
  };
  const propertiesOf = (
    objectId: string,
  ): { result: Property[]; internalProperties?: Property[] } =>
    post('Runtime.getProperties', { objectId, ownProperties: true }) as never;
  const closureOf = (functionId: string): Map<string, Property> => {
    const found = new Map<string, Property>();
    const scopes = propertiesOf(functionId).internalProperties?.find(
      (p) => p.name === '[[Scopes]]',
    );
    if (scopes?.value?.objectId === undefined) return found;
    for (const scope of propertiesOf(scopes.value.objectId).result) {
      if (scope.value?.objectId === undefined || scope.value.description === 'Global') continue;
      for (const property of propertiesOf(scope.value.objectId).result) {
        if (!found.has(property.name)) found.set(property.name, property);
      }
    }
    return found;
  };
  try {
    // Refused under --permission.
    session.connect();
    shared[key] = AsyncResource.prototype.runInAsyncScope;
    const evaluated = post('Runtime.evaluate', {
      expression: `globalThis[${JSON.stringify(key)}]`,
    }) as {
      result: { objectId: string };
    };
    const outer = closureOf(evaluated.result.objectId);
    const inner = outer.get('emitBefore')?.value?.objectId;
    const holder =
      outer.get('async_wrap') ??
      (inner === undefined ? undefined : closureOf(inner).get('async_wrap'));
    const objectId = holder?.value?.objectId;
    if (objectId === undefined) return undefined;
    shared[key] = undefined;
    post('Runtime.callFunctionOn', {
      objectId,
      functionDeclaration: `function () { globalThis[${JSON.stringify(key)}] = this; }`,
    });
    return shared[key] as AsyncWrap | undefined;
  } catch {
    return undefined;
  } finally {
    delete shared[key];
    session.disconnect();
    if (disturbed) terminate();
  }
}

function usable(wrap: AsyncWrap | undefined): wrap is AsyncWrap {
  return (
    wrap?.async_hook_fields instanceof Uint32Array &&
    wrap.async_id_fields instanceof Float64Array &&
    wrap.async_ids_stack instanceof Float64Array &&
    Array.isArray(wrap.execution_async_resources) &&
    typeof wrap.pushAsyncContext === 'function' &&
    typeof wrap.constants?.kStackLength === 'number'
  );
}
