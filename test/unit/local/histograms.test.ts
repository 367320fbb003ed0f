import { describe, expect, test } from '@jest/globals';

import { createHistograms, powersOfTwo } from '../../../shared/local/boskos/histograms.ts';

describe('the histograms of /metrics', () => {
  const call = { method: 'POST', path: '/acquire', status: 200, agent: 'curl', durationMs: 20, bytes: 200 };

  test('have the original’s names, labels and buckets', async () => {
    const histograms = createHistograms();
    histograms.answered(call);
    histograms.acquired({
      type: 'project',
      state: 'free',
      dest: 'busy',
      hasRequestId: true,
      waitedMs: 2_000,
    });
    const text = await histograms.text();
    const labels = 'path="/acquire",method="POST",status="200",user_agent="curl"';
    for (const line of [
      '# TYPE boskos_acquire_duration_seconds histogram',
      'boskos_acquire_duration_seconds_bucket{le="1",type="project",state="free",dest="busy",has_request_id="true"} 0',
      'boskos_acquire_duration_seconds_bucket{le="10",type="project",state="free",dest="busy",has_request_id="true"} 1',
      'boskos_acquire_duration_seconds_sum{type="project",state="free",dest="busy",has_request_id="true"} 2',
      `boskos_http_request_duration_seconds_bucket{le="0.015625",${labels}} 0`,
      `boskos_http_request_duration_seconds_bucket{le="0.03125",${labels}} 1`,
      `boskos_http_response_size_bytes_bucket{le="128",${labels}} 0`,
      `boskos_http_response_size_bytes_bucket{le="256",${labels}} 1`,
    ])
      expect(text.split('\n')).toContain(line);
  });

  test('tell how long runs of a phase took', async () => {
    const histograms = createHistograms();
    histograms.ran({ phase: 'clean', type: 'cluster', outcome: 'constructed', durationMs: 90_000 });
    expect(await histograms.text()).toContain(
      'mason_phase_duration_seconds_sum{phase="clean",type="cluster",outcome="constructed"} 90\n',
    );
  });

  test('count only so many clients apart', async () => {
    const histograms = createHistograms();
    for (let at = 0; at < 500; at += 1) histograms.answered({ ...call, agent: `client-${at}` });
    const counts = (await histograms.text()).match(/^boskos_http_response_size_bytes_count.*$/gm) ?? [];
    expect(counts).toHaveLength(21);
    expect(counts.at(-1)).toMatch(/user_agent="other"} 480$/);
  });
});

test('the buckets are powers of two between two bounds, which are buckets, too', () => {
  expect(powersOfTwo(0.3, 5)).toEqual([0.3, 0.5, 1, 2, 4, 5]);
  expect(powersOfTwo(1, 4)).toEqual([1, 2, 4]);
  expect(powersOfTwo(0.005, 1_200)).toHaveLength(20);
});
