import { compare } from '../compare.ts';
import { DATA_OPERATIONS } from './data-operations.ts';

compare('fs: data', DATA_OPERATIONS);
