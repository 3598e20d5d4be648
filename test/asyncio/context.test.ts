import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import {
  Context,
  ContextVar,
  ContextVarUnsetError,
  copyContext,
  coroutine,
  createTask,
  Future,
  InvalidStateError,
  run,
  sleep,
} from '../../src/public/asyncio.ts';
import { InvalidArgumentError } from '../../src/public/index.ts';
import { stackInfo } from '../../src/stack/engine.ts';
import { withVirtualTime } from '../../src/public/testing.ts';
import { programPasses } from '../programs/run-program.ts';

const STACKS = stackInfo().backend !== 'off';

suite('a context variable', () => {
  test('has a value, else what the caller gives, else its default, else it is an error', () => {
    new Context().run(() => {
      const plain = new ContextVar<number>('plain');
      const preset = new ContextVar<number>('preset', { default: 1 });
      assert.equal(preset.get(), 1);
      assert.equal(preset.get(2), 2);
      assert.equal(plain.get(2), 2);
      assert.throws(
        () => plain.get(),
        (error) =>
          error instanceof ContextVarUnsetError &&
          error.code === 'ERR_CONTEXT_VAR_UNSET' &&
          error.message ===
            'The context variable "plain" has no value here; set it, or give a default: `get(value)`',
      );
      plain.set(3);
      preset.set(4);
      assert.deepEqual([plain.get(2), preset.get(2)], [3, 4]);
    });
  });

  test('a default may be undefined, and so may a value', () => {
    new Context().run(() => {
      const preset = new ContextVar<undefined>('preset', { default: undefined });
      assert.equal(preset.get(), undefined);
      const plain = new ContextVar<undefined>('plain');
      plain.set(undefined);
      assert.equal(plain.get(), undefined);
    });
  });

  test('a token gives the value before back, once, and only where it was made', () => {
    new Context().run(() => {
      const name = new ContextVar<string>('name');
      const first = name.set('a');
      const second = name.set('b');
      assert.deepEqual([first.oldValue, second.oldValue, second.variable], [undefined, 'a', name]);
      const other = new ContextVar<string>('other');
      assert.throws(
        () => other.reset(second),
        /token of the context variable "other", got one of "name"/,
      );
      assert.throws(() => name.reset(5 as never), InvalidArgumentError);
      copyContext().run(() =>
        assert.throws(() => name.reset(second), /was made in another context/),
      );
      name.reset(second);
      assert.equal(name.get(), 'a');
      assert.throws(
        () => name.reset(second),
        (error) => error instanceof InvalidStateError && /has been used/.test(error.message),
      );
      name.reset(first);
      assert.equal(name.get('unset'), 'unset');
    });
  });

  test('needs a name', () => {
    assert.throws(() => new ContextVar(5 as never), /Expected `name` to be a string, got 5/);
  });
});

suite('a context', () => {
  test('keeps what is set in it to itself', () => {
    const name = new ContextVar<string>('name', { default: 'outside' });
    const context = new Context();
    assert.equal(
      context.run((value: string) => (name.set(value), name.get()), 'inside'),
      'inside',
    );
    assert.equal(name.get(), 'outside');
    assert.equal(context.get(name), 'inside');
    assert.equal(
      context.run(() => name.get()),
      'inside',
    );
  });

  test('a copy shares nothing but the values at that moment', () => {
    const one = new ContextVar<number>('one');
    const two = new ContextVar<number>('two');
    const context = new Context();
    context.run(() => one.set(1));
    const copy = context.copy();
    copy.run(() => two.set(2));
    context.run(() => one.set(10));
    assert.deepEqual([...context], [[one, 10]]);
    assert.deepEqual(
      [...copy],
      [
        [one, 1],
        [two, 2],
      ],
    );
    assert.deepEqual([[...copy.keys()], [...copy.values()], copy.size], [[one, two], [1, 2], 2]);
    assert.deepEqual([copy.has(two), context.has(two), context.get(two)], [true, false, undefined]);
    assert.deepEqual([...new Context()], []);
  });

  test('cannot be entered twice at once', () => {
    const context = new Context();
    context.run(() => {
      assert.throws(() => context.run(() => 1), /Cannot enter the context: it is entered already/);
      context.copy().run(() => 1);
    });
    assert.equal(
      context.run(() => 1),
      1,
    );
    assert.throws(() => context.run(5 as never), /Expected `fn` to be a function, got 5/);
  });

  test('an async function that was called in it stays in it', () =>
    withVirtualTime(async () => {
      const name = new ContextVar<string>('name', { default: 'outside' });
      const context = new Context();
      const seen = await context.run(async () => {
        name.set('inside');
        await sleep(1);
        return name.get();
      });
      assert.deepEqual([seen, name.get()], ['inside', 'outside']);
    }));
});

suite('a task', () => {
  const user = new ContextVar<string>('user', { default: 'nobody' });
  const bodies = {
    'an async function': (seen: string[], who: string) => async () => {
      seen.push(`${who} finds ${user.get()}`);
      user.set(who);
      await sleep(1);
      seen.push(`${who} has ${user.get()}`);
    },
    'a generator': (seen: string[], who: string) =>
      function* () {
        seen.push(`${who} finds ${user.get()}`);
        user.set(who);
        yield* sleep(1);
        seen.push(`${who} has ${user.get()}`);
      },
  };
  for (const [style, body] of Object.entries(bodies)) {
    test(`over ${style} runs in a copy of its maker's context`, () =>
      withVirtualTime(async () => {
        const seen: string[] = [];
        await run(async () => {
          user.set('main');
          const ada = createTask(body(seen, 'ada'));
          user.set('later');
          const bob = createTask(body(seen, 'bob'));
          await ada;
          await bob;
          seen.push(`main has ${user.get()}`);
        });
        assert.deepEqual(seen, [
          'ada finds main',
          'bob finds later',
          'ada has ada',
          'bob has bob',
          'main has later',
        ]);
        assert.equal(user.get(), 'nobody');
      }));
  }

  test('what a coroutine or an async function sets that is waited for, the one that waits sees', () =>
    withVirtualTime(async () => {
      const login = async (): Promise<void> => {
        await sleep(1);
        user.set('by await');
      };
      const enter = coroutine(function* () {
        yield* sleep(1);
        user.set('by yield*');
      });
      await createTask(async () => {
        await login();
        assert.equal(user.get(), 'by await');
      });
      await createTask(function* () {
        yield* enter();
        assert.equal(user.get(), 'by yield*');
      });
    }));

  test('can be given a context, and sets its variables there', () =>
    withVirtualTime(async () => {
      const context = new Context();
      await createTask(async () => user.set('first'), { context });
      const seen = await createTask(
        function* () {
          yield* sleep(1);
          return user.get();
        },
        { context },
      );
      assert.deepEqual([seen, context.get(user), user.get()], ['first', 'first', 'nobody']);
    }));

  test('tells its context', () =>
    withVirtualTime(async () => {
      const task = createTask(async () => {
        user.set('ada');
        await sleep(1);
      });
      await task;
      assert.equal(task.context.get(user), 'ada');
    }));

  test('a context entered in a step ends with the call, and belongs to that task alone', () =>
    withVirtualTime(async () => {
      const seen: string[] = [];
      const context = new Context();
      await createTask(function* () {
        user.set('task');
        const inner = context.run(() => {
          user.set('entered');
          return createTask(async () => {
            seen.push(`made inside: ${user.get()}`);
            user.set('of the inner task');
          });
        });
        seen.push(`after run: ${user.get()}`);
        yield* inner;
        seen.push(`later: ${user.get()}`);
      });
      seen.push(`the context: ${context.get(user)}`);
      assert.deepEqual(seen, [
        'after run: task',
        'made inside: entered',
        'later: task',
        'the context: entered',
      ]);
    }));

  test('a done callback runs in a copy of the context in which it was registered, or in the one given', () =>
    withVirtualTime(async () => {
      const seen: string[] = [];
      const future = new Future<void>();
      const given = new Context();
      await createTask(async () => {
        user.set('registrar');
        future.addDoneCallback(() => {
          seen.push(user.get());
          user.set('callback');
        });
        future.addDoneCallback(() => user.set('given'), given);
        future.setResult();
        await sleep(1);
        seen.push(user.get());
      });
      assert.deepEqual([seen, given.get(user)], [['registrar', 'registrar'], 'given']);
    }));
});

suite('a greenlet', { skip: STACKS ? false : 'needs stacks' }, () => {
  test('has context variables of its own', () => programPasses('greenlet-contexts'));
});
