/** How much is measured. `quick` sizes try the scripts out; their figures mean nothing. */
export interface Sizes {
  /** Alternating rounds of the programs that are compared. */
  readonly rounds: number;
  /** How often the flowers are repeated for the long run, each time with other bytes. */
  readonly copies: number;
  /** Small generated files. */
  readonly files: number;
  /** Requests for an indexed picture, and with a picture that is not. */
  readonly gets: number;
  readonly uploads: number;
  /** Generated vectors. */
  readonly vectors: number;
}

export const sizes = {
  full: { rounds: 5, copies: 7, files: 20_000, gets: 1000, uploads: 300, vectors: 50_000 },
  quick: { rounds: 1, copies: 1, files: 400, gets: 40, uploads: 10, vectors: 3000 },
} as const satisfies Record<string, Sizes>;
