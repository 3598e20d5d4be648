// For programs that look at themselves with the inspector: a session whose
// commands are answered at once.

import { Session } from 'node:inspector';

export const session: Session = new Session();
session.connect();

/** Sends a command; returns its result, or throws its error. */
export function post(method: string, parameters: object = {}): any {
  let answer: unknown;
  let failure: Error | null = null;
  session.post(method, parameters, (error, result) => {
    failure = error;
    answer = result;
  });
  if (failure !== null) throw failure as Error;
  return answer;
}
