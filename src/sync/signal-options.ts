/** The last argument of everything here that can wait. */
export interface SignalOptions {
  /** Ends the wait when it is aborted: its reason is raised. One that is aborted already raises it at once. */
  readonly signal?: AbortSignal | undefined;
}
