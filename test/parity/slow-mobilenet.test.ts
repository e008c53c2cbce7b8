import { cases } from './cases.ts';
import { parityOf } from './networks.ts';

for (const name of cases.mobilenet) parityOf(name);
