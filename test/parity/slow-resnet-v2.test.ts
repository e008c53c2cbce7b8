import { cases } from './cases.ts';
import { parityOf } from './networks.ts';

for (const name of cases.resnetV2) parityOf(name);
