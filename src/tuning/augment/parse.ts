import {
  type AugmentOptions,
  amountNames,
  type Flip,
  flips,
  invalid,
  standardAugmentation,
  unknownOption,
} from './options.ts';

/**
 * Options from one line: names with their values, separated by commas (`flip=horizontal,rotation=20,zoom=.2`). `flip` alone is horizontal;
 * `standard` stands for a mild set, of which what else is named takes precedence.
 * @returns what was written; ranges are for resolveAugmentation to look at
 * @throws PixkinError `invalid_request`
 */
export function parseAugmentation(text: string): AugmentOptions {
  const parts = text.split(',').map((part) => part.trim());
  const given = new Map<string, Flip | number>();
  for (const part of parts) {
    if (part === 'standard') continue;
    const [name = '', value, ...more] = part.split('=').map((side) => side.trim());
    if (name === '' || more.length > 0) {
      throw invalid(`a list such as flip,rotation=20,zoom=.2 or standard was expected; got '${text}'`);
    }
    if (given.has(name)) throw invalid(`${name} may be given once; got '${text}'`);
    given.set(name, name === 'flip' ? readFlip(value) : readAmount(name, value));
  }
  return { ...(parts.includes('standard') && standardAugmentation), ...Object.fromEntries(given) };
}

function readFlip(value = 'horizontal'): Flip {
  const flip = flips.find((name) => name === value);
  if (flip) return flip;
  throw invalid(`flip must be horizontal, vertical or both; got '${value}'`);
}

function readAmount(name: string, value: string | undefined): number {
  if (!(amountNames as readonly string[]).includes(name)) throw unknownOption(name);
  // Number() takes blanks for 0, and 0x10 for 16.
  if (value !== undefined && /^\d*\.?\d+$/.test(value)) return Number(value);
  throw invalid(`${name} must be a number, as in ${name}=.2; got ${value === undefined ? 'none' : `'${value}'`}`);
}
