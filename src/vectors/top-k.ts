import type { ContentId, Hit } from '../types.ts';

/** Keeps the best `k` of what it is offered. */
export interface TopK {
  offer(content: ContentId, score: number): void;
  /** Best first; equal scores by content, smallest first. */
  hits(): Hit[];
}

/** A heap of at most `k` with the worst on top: O(log k) for a hit, one comparison for the rest. */
export function createTopK(k: number): TopK {
  const heap: Hit[] = [];

  const siftDown = (hit: Hit): void => {
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && byRank(heap[child + 1]!, heap[child]!) > 0) child++;
      if (byRank(heap[child]!, hit) <= 0) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = hit;
  };
  const siftUp = (hit: Hit): void => {
    let at = heap.length;
    heap.push(hit);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (byRank(heap[parent]!, hit) >= 0) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = hit;
  };

  return {
    offer(content, score) {
      if (heap.length < k) siftUp({ content, score });
      else if (k > 0 && score >= heap[0]!.score && byRank({ content, score }, heap[0]!) < 0)
        siftDown({ content, score });
    },
    hits: () => heap.toSorted(byRank),
  };
}

/** Order of results: negative where `a` comes before `b`. */
export function byRank(a: Hit, b: Hit): number {
  return b.score - a.score || a.content - b.content;
}
