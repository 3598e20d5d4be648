import { compare } from '../compare.ts';
import { LINK_OPERATIONS } from './link-operations.ts';

compare('fs: links', LINK_OPERATIONS);
