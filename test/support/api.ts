/**
 * A server as a client sees it.
 */
import type { ImageAnswer, SimilarAnswer, StatusAnswer } from '../../server/schemas.ts';
import type { FailureRecord } from '../../src/types.ts';

export interface Answer<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

export type ErrorBody = { readonly error: { readonly code: string; readonly message: string } };

export interface Api {
  readonly url: string;
  /** Whatever it answers. */
  ask<T = ErrorBody>(path: string, init?: RequestInit): Promise<Answer<T>>;
  /** The JSON of an answer. @throws where it is an error */
  get<T>(path: string): Promise<T>;
  status(): Promise<StatusAnswer>;
  failures(): Promise<FailureRecord[]>;
  /** All images in results. */
  images(): Promise<ImageAnswer[]>;
  /** `GET /similar`, for an image that is there. */
  similar(image: string, query?: Readonly<Record<string, string | number>>): Promise<SimilarAnswer>;
  /** The HTTP status of `GET /similar`: 200 where the image is found. */
  found(image: string): Promise<number>;
}

export function createApi(url: string): Api {
  const ask = async <T>(path: string, init?: RequestInit): Promise<Answer<T>> => {
    const response = await fetch(url + path, init);
    const { status, headers } = response;
    const isJson = headers.get('content-type')?.startsWith('application/json');
    return { status, headers, body: (await (isJson ? response.json() : response.text())) as T };
  };
  const get = async <T>(path: string): Promise<T> => {
    const { status, body } = await ask<T>(path);
    if (status === 200) return body;
    throw new Error(`GET ${path} answered ${status}: ${JSON.stringify(body)}`);
  };
  const similarPath = (image: string, query: Readonly<Record<string, string | number>> = {}): string =>
    `/similar?${new URLSearchParams({ image, ...mapValues(query) })}`;
  return {
    url,
    ask,
    get,
    status: () => get('/status'),
    failures: async () => (await get<{ failures: FailureRecord[] }>('/failures')).failures,
    async images() {
      const all: ImageAnswer[] = [];
      for (let after: number | null = 0; after !== null; ) {
        const page: { images: ImageAnswer[]; next: number | null } = await get(`/images?limit=1000&after=${after}`);
        all.push(...page.images);
        after = page.next;
      }
      return all;
    },
    similar: (image, query) => get(similarPath(image, query)),
    found: async (image) => (await ask(similarPath(image))).status,
  };
}

function mapValues(query: Readonly<Record<string, string | number>>): Record<string, string> {
  return Object.fromEntries(Object.entries(query).map(([key, value]) => [key, String(value)]));
}
