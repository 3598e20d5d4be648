import { Future } from '../../future/index.ts';
import type { WaitReason } from '../../kernel/index.ts';

/** What a read waits for. Without a field for its reason: there is one for each read that finds nothing. */
export class DataWaiter extends Future<void> {
  override get waitReason(): WaitReason {
    return 'data to read';
  }
}
