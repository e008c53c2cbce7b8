import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Collection, Follower } from '../src/index.ts';
import type { Metrics } from './metrics.ts';

/** Who may do what. Tokens are compared in constant time. */
export interface Access {
  /** Tokens that may do everything. */
  readonly writeTokens: readonly string[];
  /** Tokens that may read and search. */
  readonly readTokens: readonly string[];
  /** Nobody is answered without a token. Where it is false, the address must be a loopback one. */
  readonly required: boolean;
  /**
   * Names under which this server is asked for besides localhost, 127.0.0.1 and [::1], with or without a port: the bound host and
   * `--allowed-host`. A wildcard address (0.0.0.0, ::) among them stands for every address literal, but for no name.
   */
  readonly allowedHosts: readonly string[];
}

export interface Log {
  debug(message: string, fields?: object): void;
  error(message: string, fields?: object): void;
}

export interface AppOptions {
  readonly collection: Collection;
  readonly follower: Follower;
  readonly access: Access;
  /** Most bytes of an uploaded picture. */
  readonly maxUploadBytes: number;
  readonly log?: Log;
}

/** What the routes are handed. */
export interface Parts {
  readonly collection: Collection;
  readonly follower: Follower;
  readonly maxUploadBytes: number;
  readonly log: Log;
  readonly metrics: Metrics;
}

export interface Env {
  Variables: {
    /** What whoever asks may do. */
    right: 'read' | 'write';
  };
}

export type App = OpenAPIHono<Env>;
export type Ctx = Context<Env>;
