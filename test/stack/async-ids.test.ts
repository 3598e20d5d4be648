import assert from 'node:assert/strict';
import { Session } from 'node:inspector';
import { afterEach, suite, test } from 'node:test';

import { asyncFrames } from '../../src/addon/async-frame.ts';
import { findAsyncWrap } from '../../src/node-internals/async-wrap.ts';

type Post = (
  method: string,
  parameters: object,
  answer: (error: Error | null, result?: object) => void,
) => void;
const { post } = Session.prototype as unknown as { post: Post };

/** Puts `answered` in place of the answer to question `number`. */
function replaceAnswer(number: number, answered: object): void {
  let asked = 0;
  const replacement: Post = function (this: Session, method, parameters, answer) {
    post.call(this, method, parameters, (error, result) => {
      answer(error, ++asked === number ? answered : result);
    });
  };
  Object.assign(Session.prototype, { post: replacement });
}

function find(): { events: string[]; found: boolean } {
  const events: string[] = [];
  const found = findAsyncWrap(
    {
      terminate: () => void events.push('terminate'),
      findObject: () => void events.push('walk the heap'),
    },
    false,
  );
  return { events, found: found !== undefined };
}

const skip = asyncFrames() === null && 'the inspector is not needed there';

suite('the search for Node’s async ids', { skip }, () => {
  afterEach(() => void Object.assign(Session.prototype, { post }));

  test('asks the inspector, and needs nothing else', () => {
    assert.deepEqual(find(), { events: [], found: true });
  });

  // What V8 answers when a script was terminated within it.
  const swallowed = {
    result: [],
    exceptionDetails: { exception: { type: 'object', subtype: 'null', value: null } },
  };

  test('ends a script anew whose end the inspector has swallowed, at whichever question', () => {
    for (let number = 1; number <= 4; number++) {
      replaceAnswer(number, swallowed);
      assert.deepEqual(
        find(),
        { events: ['terminate', 'walk the heap'], found: false },
        `${number}`,
      );
    }
  });

  test('ends nothing when the inspector answers otherwise than expected', () => {
    replaceAnswer(2, { result: [] });
    assert.deepEqual(find(), { events: ['walk the heap'], found: false });
    replaceAnswer(2, { result: [], exceptionDetails: { exception: { className: 'RangeError' } } });
    assert.deepEqual(find(), { events: ['walk the heap'], found: false });
  });

  test('leaves nothing behind', () => {
    const before = Reflect.ownKeys(globalThis);
    replaceAnswer(3, swallowed);
    find();
    assert.deepEqual(Reflect.ownKeys(globalThis), before);
  });
});
