import { compare } from '../compare.ts';
import { DESCRIPTOR_OPERATIONS } from './descriptor-operations.ts';

compare('fs: descriptors', DESCRIPTOR_OPERATIONS);
