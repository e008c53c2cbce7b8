import { describe, expect, test } from 'vitest';
import { PixkinError } from '../../../src/index.ts';
import { errorOf, serve } from '../fake.ts';

test('GET /healthz answers as long as the process does', async () => {
  const { app } = serve({ collection: { status: () => Promise.reject(new Error('closed')) as never } });
  const response = await app.request('/healthz');
  expect([response.status, await response.json()]).toEqual([200, { ok: true }]);
});

describe('GET /readyz', () => {
  test('searches, without an image or the network', async () => {
    const { app, searches } = serve({ images: [] });
    expect((await app.request('/readyz')).status).toBe(200);
    expect(searches[0]!.query).toEqual({ vector: Float32Array.of(1, 0) });
  });

  test('says so while search does not answer', async () => {
    const search = () => Promise.reject(new PixkinError('closed', 'the collection is closed'));
    const { app } = serve({ collection: { search } });
    expect(await errorOf(app.request('/readyz'))).toMatchObject({ status: 503, code: 'closed' });
  });
});

describe('GET /metrics', () => {
  const metrics = async (app: ReturnType<typeof serve>['app']) => (await app.request('/metrics')).text();

  test('counts what is there and what happened', async () => {
    const { app, emit } = serve();
    emit({ type: 'unchanged', root: 'photos', image: 'a.jpg' });
    emit({ type: 'failed', root: 'photos', image: 'b.jpg', reason: 'corrupt', message: '', again: false });
    await app.request('/similar?id=1');
    await app.request('/images/99');
    await app.request('/nowhere');
    const lines = (await metrics(app)).split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'pixkin_images 3',
        'pixkin_quarantined 1',
        'pixkin_pending 12',
        'pixkin_inferences_total 7',
        'pixkin_worker_crashes_total 1',
        'pixkin_index_vectors 3',
        'pixkin_outcomes_total{type="unchanged",reason=""} 1',
        'pixkin_outcomes_total{type="failed",reason="corrupt"} 1',
        'pixkin_search_seconds_count{mode="exact"} 1',
        'pixkin_http_requests_total{method="GET",route="/similar",status="200"} 1',
        'pixkin_http_requests_total{method="GET",route="/images/:id",status="404"} 1',
        'pixkin_http_requests_total{method="GET",route="none",status="404"} 1',
      ]),
    );
  });

  test("has the engine's own counts, however often it is read", async () => {
    const { app } = serve();
    await metrics(app);
    expect(await metrics(app)).toContain('pixkin_inferences_total 7\n');
  });

  test('is of one app only', async () => {
    const first = serve();
    await first.app.request('/status');
    expect(await metrics(serve().app)).not.toContain('route="/status"');
  });
});
