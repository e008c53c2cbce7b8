import { PixkinError } from '../errors.ts';

/** Most characters of a label. */
const most = 200;
const controls = /[\p{Cc}\p{Cs}]/u;

/** A text as a label: trimmed, in Unicode's form NFC, its case kept; null where it is none. */
export function labelOf(text: string): string | null {
  const label = text.trim().normalize('NFC');
  const length = [...label].length;
  return length >= 1 && length <= most && !controls.test(label) ? label : null;
}

/** @throws PixkinError `invalid_request` under the name that the text was given by */
export function requireLabel(name: string, text: string): string {
  const label = labelOf(text);
  if (label !== null) return label;
  const message = `${name} must be 1 to ${most} characters, none of them a control character`;
  throw new PixkinError('invalid_request', `${message}; got ${JSON.stringify(text.slice(0, 80))}`);
}
