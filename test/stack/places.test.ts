import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { suite, test } from 'node:test';
import { runInNewContext, runInThisContext } from 'node:vm';

import { Greenlet, GreenletExit } from '../../src/public/greenlet.ts';

const { main } = Greenlet;
const NODE = Number(process.versions.node.split('.')[0]);

/** Leaves the running greenlet and returns what it is continued with. */
function park(value?: unknown): unknown {
  return main.switch(value);
}

/**
 * Runs `body` in `count` greenlets that take turns at each park, and returns
 * their results.
 */
function interleave<T>(count: number, body: (id: number) => T): T[] {
  const results: T[] = [];
  const all = Array.from(
    { length: count },
    (_, id) => new Greenlet(() => void (results[id] = body(id))),
  );
  for (let round = 0; all.some((greenlet) => !greenlet.dead); round++) {
    for (const greenlet of all) if (!greenlet.dead) greenlet.switch(round);
  }
  return results;
}

suite('a greenlet can park inside', () => {
  test('Array methods with callbacks', () => {
    const results = interleave(5, (id) =>
      [1, 2, 3]
        .map((n) => (park(), n * 10 + id))
        .filter((n) => (park(), n > 10))
        .reduce((sum, n) => (park(), sum + n), 0),
    );
    assert.deepEqual(results, [50, 63, 66, 69, 72]);
  });

  test('a sort comparator', () => {
    const results = interleave(5, (id) =>
      [5, 3, 9, 1, 7].sort((a, b) => (park(), id % 2 === 0 ? a - b : b - a)).join(),
    );
    assert.deepEqual(results, ['1,3,5,7,9', '9,7,5,3,1', '1,3,5,7,9', '9,7,5,3,1', '1,3,5,7,9']);
  });

  test('a getter, a setter and a conversion', () => {
    const results = interleave(3, (id) => {
      let stored = 0;
      const object = {
        get value(): number {
          return (park(), stored + id);
        },
        set value(next: number) {
          park();
          stored = next;
        },
        [Symbol.toPrimitive]: () => (park(), id),
      };
      object.value = 10;
      return `${object.value} ${Number(object)} ${String(object)}`;
    });
    assert.deepEqual(results, ['10 0 0', '11 1 1', '12 2 2']);
  });

  test('the traps of a Proxy', () => {
    const results = interleave(3, (id) => {
      const proxy = new Proxy<Record<string, unknown>>(
        {},
        {
          get: (_, key) => (park(), `${String(key)}${id}`),
          has: () => (park(), true),
          ownKeys: () => (park(), ['a', 'b']),
          getOwnPropertyDescriptor: () => (park(), { configurable: true, enumerable: true }),
        },
      );
      return [proxy['x'], 'y' in proxy, { ...proxy }];
    });
    assert.deepEqual(results[2], ['x2', true, { a: 'a2', b: 'b2' }]);
  });

  test('a reviver of JSON', () => {
    const results = interleave(3, (id) =>
      JSON.parse('{"a":[1,2,{"b":3}]}', (_, value: unknown) => {
        park();
        return typeof value === 'number' ? value + id : value;
      }),
    );
    assert.deepEqual(results[1], { a: [2, 3, { b: 4 }] });
  });

  test('a replacer and toJSON', { skip: NODE === 22 && 'aborts there' }, () => {
    const results = interleave(3, (id) =>
      JSON.stringify({ id, own: { toJSON: () => (park(), 'own') } }, (_, value: unknown) => {
        park();
        return typeof value === 'number' ? value + 1 : value;
      }),
    );
    assert.deepEqual(
      results,
      [1, 2, 3].map((id) => `{"id":${id},"own":"own"}`),
    );
  });

  test('a replacement function, a tagged template, a regular expression of a subclass', () => {
    const results = interleave(3, (id) => {
      class Slow extends RegExp {
        override exec(text: string): RegExpExecArray | null {
          park();
          return super.exec(text);
        }
      }
      const tag = (parts: TemplateStringsArray, value: number): string => {
        park();
        return parts.join(String(value));
      };
      return (
        'a-b-c'.replace(/[a-c]/g, (letter) => (park(), letter + id)) +
        tag`<${id}>` +
        String(new Slow('b').test('abc'))
      );
    });
    assert.equal(results[2], 'a2-b2-c2<2>true');
  });

  test('a constructor, an iterator, a generator and destructuring', () => {
    const results = interleave(3, (id) => {
      class Base {
        readonly id: number;
        constructor() {
          park();
          this.id = id;
        }
      }
      class Derived extends Base {
        static {
          park();
        }
        readonly twice: number = (park(), this.id * 2);
      }
      function* numbers(): Generator<number> {
        for (let n = 0; n < 3; n++) yield ((park(), n + id));
      }
      const [first, ...rest] = numbers();
      return [new Derived().twice, first, ...rest, Math.max(...numbers()), ...new Set(numbers())];
    });
    assert.deepEqual(results[1], [2, 1, 2, 3, 3, 1, 2, 3]);
  });

  test('Reflect, apply, bind, eval and new Function', () => {
    const results = interleave(3, (id) => {
      const bound = park.bind(null, 'bound');
      bound();
      Reflect.apply(park, null, []);
      Reflect.construct(function () {
        park();
      }, []);
      const viaFunction: unknown = new Function('park', 'id', 'park(); return id')(park, id);
      // oxlint-disable-next-line no-eval
      return [viaFunction, (0, eval)('(park, id) => (park(), id + 1)')(park, id)];
    });
    assert.deepEqual(results, [
      [0, 1],
      [1, 2],
      [2, 3],
    ]);
  });

  test('scripts of vm and other contexts', () => {
    const results = interleave(3, (id) => [
      (
        runInThisContext('(park, id) => { park(); return id }') as (
          p: unknown,
          id: number,
        ) => number
      )(park, id),
      runInNewContext('park(), [1, 2].map((n) => (park(), n + id)).join()', { park, id }),
    ]);
    assert.deepEqual(results[2], [2, '3,4']);
  });

  test('an EventEmitter and an AbortSignal', () => {
    const results = interleave(3, (id) => {
      const emitter = new EventEmitter();
      const log: unknown[] = [];
      emitter.on('event', () => log.push((park(), id)));
      emitter.on('event', () => log.push((park(), 'second')));
      emitter.emit('event');
      const controller = new AbortController();
      controller.signal.addEventListener('abort', () => log.push((park(), 'aborted')));
      controller.abort();
      return log;
    });
    assert.deepEqual(results[2], [2, 'second', 'aborted']);
  });

  test('an import of WebAssembly', () => {
    // (module (import "m" "f" (func (param i32) (result i32)))
    //   (func (export "g") (param i32) (result i32) local.get 0 call 0 i32.const 1 i32.add))
    const bytes = new Uint8Array([
      0, 97, 115, 109, 1, 0, 0, 0, 1, 6, 1, 96, 1, 127, 1, 127, 2, 7, 1, 1, 109, 1, 102, 0, 0, 3, 2,
      1, 0, 7, 5, 1, 1, 103, 0, 1, 10, 11, 1, 9, 0, 32, 0, 16, 0, 65, 1, 106, 11,
    ]);
    const { WebAssembly } = globalThis as any;
    const module = new WebAssembly.Module(bytes);
    const results = interleave(4, (id) => {
      const instance = new WebAssembly.Instance(module, {
        m: { f: (n: number) => (park(), n * 2 + id) },
      });
      return (instance.exports['g'] as (n: number) => number)(20);
    });
    assert.deepEqual(results, [41, 42, 43, 44]);
  });

  test('try, catch and finally, keeping the errors apart', () => {
    const results = interleave(5, (id) => {
      const log: string[] = [];
      try {
        try {
          park();
          throw new Error(`first ${id}`);
        } catch (error) {
          park();
          log.push((error as Error).message);
          throw new Error(`second ${id}`, { cause: error });
        } finally {
          park();
          log.push('finally');
        }
      } catch (error) {
        park();
        log.push((error as Error).message, ((error as Error).cause as Error).message);
      }
      return log.join();
    });
    assert.deepEqual(
      results,
      [0, 1, 2, 3, 4].map((id) => `first ${id},finally,second ${id},first ${id}`),
    );
  });

  test('frames that native code called, and be unwound through them', () => {
    let cleaned = 0;
    const greenlet = new Greenlet(() => {
      try {
        [1].map(() =>
          JSON.parse('[1]', () => {
            try {
              return 'x'.replace('x', () => String(park()));
            } finally {
              cleaned++;
            }
          }),
        );
      } finally {
        cleaned++;
      }
    });
    greenlet.switch();
    assert.ok(greenlet.throw() instanceof GreenletExit);
    assert.equal(cleaned, 2);
  });

  test('optimised code, which is thrown away while it is parked', () => {
    const results = interleave(8, (id) => {
      const add = (a: any, b: any): any => a + b;
      let sum: any = 0;
      for (let i = 0; i < 20_000; i++) {
        if (i % 5_000 === 4_999) park();
        // A string where only numbers were: the function is deoptimised.
        sum = i === 15_000 && id === 3 ? add(String(sum), '') : add(Number(sum), 1);
      }
      return Number(sum);
    });
    assert.deepEqual(results, [20_000, 20_000, 20_000, 19_999, 20_000, 20_000, 20_000, 20_000]);
  });
});
