/**
 * Names in JSON are written with underscores, those in the engine in camel case.
 */
type SnakeName<Name extends string> = Name extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `_${Lowercase<First>}`}${SnakeName<Rest>}`
  : '';

/** A value with other names of its fields, at any depth. */
export type Snake<Value> = Value extends readonly unknown[]
  ? { -readonly [Place in keyof Value]: Snake<Value[Place]> }
  : Value extends object
    ? { -readonly [Name in keyof Value & string as SnakeName<Name>]: Snake<Value[Name]> }
    : Value;

/** `valLoss` → `val_loss` */
export const snakeName = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** @param value of plain objects, lists, texts, numbers, booleans and null */
export function snake<Value>(value: Value): Snake<Value> {
  return rename(value) as Snake<Value>;
}

function rename(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(rename);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [snakeName(name), rename(field)]));
}
