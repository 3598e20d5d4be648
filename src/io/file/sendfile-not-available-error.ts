import { GreenroomError } from '../../errors/index.ts';

/** Node cannot let the system send a file by itself, and to read and write it was ruled out. asyncio's error of that name. */
export class SendfileNotAvailableError extends GreenroomError {
  constructor() {
    super(
      'ERR_SENDFILE_NOT_AVAILABLE',
      'Cannot send a file without reading it: Node has no sendfile(). Leave `fallback: false` out, and it is read and written',
    );
  }
}
