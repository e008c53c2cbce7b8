import type { SpaceRecord } from '../../src/index.ts';

/** The current space, and the one before it. */
export const spaces: readonly SpaceRecord[] = [
  {
    ...{
      id: '0123456789abcdef',
      backbone: 'tiny',
      folder: '/srv/secret/tiny',
      pooling: 'avg',
      cut: null,
      base: null,
      dim: 2,
      current: true,
      previous: false,
    },
    ...{ embedded: 3, lacking: 0, failed: 0, coverage: 1, bytes: 1012 },
  },
  {
    ...{
      id: 'fedcba9876543210',
      backbone: 'big',
      folder: 'big',
      pooling: null,
      cut: 'conv',
      base: null,
      dim: 9,
      current: false,
      previous: true,
    },
    ...{ embedded: 2, lacking: 1, failed: 0, coverage: 2 / 3, bytes: 2036 },
  },
];
