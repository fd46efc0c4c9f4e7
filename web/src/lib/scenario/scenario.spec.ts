import { describe, expect, it } from 'vitest';
import { axisScale } from '$lib/formula/scale';
import { queueSeries, runCharts, seriesPath, timeTable, timeTicks } from './chart';
import { intervalText, numberShort, secondsText, shareText, timeText } from './figures';
import { parse } from 'yaml';
import { faultsYaml } from './faults_yaml';
import { faultText, intervalsOf, seconds } from './intervals';
import { families } from './pairs';
import type { ScenarioModel, ScenarioReport } from './types';

const model = (part: Partial<ScenarioModel>): ScenarioModel => ({
  name: 'Test',
  workloads: [{ id: 'users', rate: '100/s' }],
  components: [{ id: 'api' }],
  ...part,
});

const SERIES = {
  bin_s: 1,
  workloads: {
    users: { ok_per_s: [10, 30, 0, 0], failed_per_s: [0, 0, 20, 40], latency_ms: [5, 9, null, null] },
  },
  components: {
    api: { queue: [null, 0, 500, 1000], busy: [null, 1, 1, 1] },
    cache: { queue: [null, 0, 1, 2], busy: [null, 1, 1, 1] },
    store: { queue: [null, 0, 0, 0], busy: [null, 1, 1, 1] },
  },
};
const report = { duration_s: 4, warmup_s: 1, series: SERIES } as unknown as ScenarioReport;

describe('intervals', () => {
  it('reads plain durations and leaves expressions to the core', () => {
    expect(['60 s', '1.5 min', '250ms', '1e3 ms', '2*30 s', '60', undefined].map(seconds)).toEqual([
      ...[60, 90, 0.25, 1],
      ...[null, null, null],
    ]);
  });

  it('places faults and warm-up, cut to the run and in the order of time', () => {
    const faults = [
      { at: '60 s', for: '10 s', component: 'orders', slow: 4 },
      { at: '100 s', component: 'api', crash: true },
      { at: '2*30 s', component: 'api', crash: true },
      { at: '10 min', component: 'api', crash: true },
    ];
    expect(intervalsOf(model({ faults }), 120, 20)).toEqual([
      { kind: 'warmup', from: 0, to: 20, text: 'warm-up, not counted' },
      { kind: 'fault', from: 60, to: 70, text: 'orders 4 times slower' },
      { kind: 'fault', from: 100, to: 120, text: 'api down' },
    ]);
    expect(intervalsOf(model({}), 120, 0)).toEqual([]);
  });

  it('places what chaos drew beside the faults of the file', () => {
    const faults = [{ at: '60 s', for: '10 s', component: 'orders', slow: 4 }];
    const chaos = [
      { at: '24.5 s', for: '3 s', reorder: '5%', hold: '50 ms', component: 'store' },
      { at: '95.25 s', pause: '500 ms', component: 'api', replicas: 1, first: 1 },
      { at: '119 s', for: '5 s', partition: true, domain: 'eu-west/a' },
    ];
    expect(intervalsOf(model({ faults }), 120, 0, chaos)).toEqual([
      { kind: 'fault', from: 24.5, to: 27.5, text: 'chaos: calls to store: 5% held back for 50 ms' },
      { kind: 'fault', from: 60, to: 70, text: 'orders 4 times slower' },
      { kind: 'fault', from: 95.25, to: 95.75, text: 'chaos: api #2 paused for 500 ms' },
      { kind: 'fault', from: 119, to: 120, text: 'chaos: eu-west/a cut off' },
    ]);
  });

  it('ends what is over at once where it begins, within the run', () => {
    const faults = [
      { at: '30 s', component: 'api', flush: true },
      { at: '120 s', component: 'api', flush: true },
    ];
    expect(intervalsOf(model({ faults }), 120, 0)).toEqual([
      { kind: 'fault', from: 30, to: 30, text: 'caches of api flushed' },
    ]);
  });

  it('writes drawn faults as a document has them', () => {
    const chaos = [
      { at: '24.5 s', for: '3 s', loss: '5%', component: 'store' },
      { at: '30 s', partition: ['a', 'b'], from: ['c'] },
      { at: '31 s', component: 'api', crash: true, replicas: 1, first: 2 },
      { at: '32 s', component: 'null', slow: '4' },
    ];
    const text = faultsYaml(chaos);
    expect(text.split('\n')[1]).toBe('- {at: 24.5 s, for: 3 s, loss: 5%, component: store}');
    expect(parse(text)).toEqual({ faults: chaos });
  });

  it('takes a change of the rate as a stretch that ends with the return to the first rate', () => {
    const workloads = [
      {
        id: 'users',
        rate: '100/s',
        changes: [
          { at: '60 s', rate: '900/s' },
          { at: '90 s', rate: '100/s' },
          { at: '100 s', rate: '300/s', ramp: true },
        ],
      },
    ];
    expect(intervalsOf(model({ workloads }), 120, 0)).toEqual([
      { kind: 'load', from: 60, to: 90, text: 'users at 900/s instead of 100/s' },
      { kind: 'load', from: 90, to: 120, text: 'users at 300/s instead of 100/s' },
    ]);
  });

  it('says what a fault does', () => {
    const fault = { at: '1 s', component: 'api' };
    expect(faultText({ ...fault, replicas: 1, slow: 20 })).toBe('1 replica of api 20 times slower');
    expect(faultText({ ...fault, replicas: 3, first: 2, crash: true })).toBe(
      '3 replicas of api from #3 on down',
    );
    expect(faultText({ ...fault, errors: 0.3 })).toBe('api: 30% of answers are errors');
    expect(faultText({ ...fault, from: 'shop', latency: '5 ms' })).toBe(
      'calls of shop to api: 5 ms more each way',
    );
    expect(faultText({ ...fault, loss: '2%' })).toBe('calls to api: 2% lost each way');
    expect(faultText({ ...fault, duplicate: '5%' })).toBe('calls to api: 5% arrive twice');
    expect(faultText({ ...fault, clock: '-2 s' })).toBe('clocks of api 2 s behind');
    expect(faultText({ ...fault, clock: '300 ms' })).toBe('clocks of api 300 ms ahead');
  });
});

describe('charts', () => {
  const x = axisScale(0, 4, 0, 1000, 'linear');
  const y = axisScale(0, 10, 200, 0, 'linear');

  it('draws values in the middle of their bins, breaks at gaps, and shows a lone value as a dot', () => {
    expect(seriesPath([0, 10, null, 5], 1, x, y)).toBe('M125.0 200.0L375.0 0.0M875.0 100.0h0');
    expect(seriesPath([null, null], 1, x, y)).toBe('');
  });

  it('leaves out queues that would be a line along the axis', () => {
    expect(queueSeries(report).map(({ label }) => label)).toEqual(['api']);
  });

  it('lays a run out: two charts for each workload, one for the queues, shades in per cent', () => {
    const charts = runCharts(report, intervalsOf(model({}), 4, 1));
    expect(charts.charts.map(({ title }) => title)).toEqual([
      'Requests of users',
      'Mean latency of answers to users',
      'Queue length',
    ]);
    expect(charts.shades).toEqual([
      { kind: 'warmup', from: 0, width: 25, text: 'warm-up, not counted, 0 to 1 s' },
    ]);
    expect(charts.charts[0]?.yTicks.map(({ at }) => at)).toEqual([0, 25, 50, 75, 100]);
    expect(charts.charts[0]?.description).toContain(
      'failed: 0 at the start, 40 at the end, at most 40 a second',
    );
  });

  it('says the moment of what is over at once', () => {
    const faults = [{ at: '2 s', component: 'api', flush: true }];
    expect(runCharts(report, intervalsOf(model({ faults }), 4, 0)).shades).toEqual([
      { kind: 'fault', from: 50, width: 0, text: 'caches of api flushed, at 2 s' },
    ]);
  });

  it('cuts off a peak of few bins that would flatten all else, and says so', () => {
    const failed_per_s = Array.from({ length: 200 }, (_, i) => (i === 100 ? 3000 : 20));
    const flat = Array.from({ length: 200 }, () => 25);
    const spiky = {
      ...{ duration_s: 200, warmup_s: 0 },
      series: {
        bin_s: 1,
        workloads: { users: { ok_per_s: flat, failed_per_s, latency_ms: flat } },
        components: {},
      },
    } as unknown as ScenarioReport;
    const [requests, latency] = runCharts(spiky, []).charts;
    expect(requests?.cut).toBe('3,000');
    expect(requests?.yTicks.at(-1)?.text).toBe('40');
    expect(latency?.cut).toBeNull();
  });

  it('averages the table over stretches, a latency by its answers', () => {
    expect(timeTable(report, queueSeries(report), 2)).toEqual({
      columns: ['answered/s', 'failed/s', 'latency, ms', 'queue of api'],
      rows: [
        { time: '0 to 2', values: ['20', '0', '8', '0'] },
        { time: '2 to 4', values: ['0', '30', 'none', '750'] },
      ],
    });
  });

  it('marks the time at round seconds, few enough for a phone', () => {
    expect(timeTicks(180)).toEqual([0, 30, 60, 90, 120, 150, 180]);
    expect(timeTicks(150)).toEqual([0, 30, 60, 90, 120, 150]);
    for (const duration of [0.7, 1, 45, 90, 240, 3601, 86_400])
      expect(timeTicks(duration).length).toBeLessThanOrEqual(7);
  });
});

describe('figures', () => {
  it('give a half width two digits, and the value as many decimals', () => {
    const text = (pairs: [number, number | null][]) =>
      pairs.map(([value, half]) => intervalText(value, half));
    expect(
      text([
        [63.388, 1.325],
        [1.26491, 0.00698],
        [63074.2, 431.4],
        [0.15, 0.173],
        [7.6, 0],
        [7.6, null],
      ]),
    ).toEqual(['63.4 ± 1.3', '1.2649 ± 0.0070', '63,074 ± 431', '0.15 ± 0.17', '7.6', '7.6']);
  });

  it('writes three digits and never rounds a share up to all', () => {
    expect([70.35625, 33782.95, 0, 0.0217, 999.7, null].map(numberShort)).toEqual([
      ...['70.4', '33,783', '0', '0.0217', '1,000', 'none'],
    ]);
    expect([0.252841, 0.9990000000000001, 0.99997, 1, 0].map(shareText)).toEqual([
      ...['25.3\u00a0%', '99.9\u00a0%', '99.997\u00a0%', '100\u00a0%', '0\u00a0%'],
    ]);
    expect([22.085, 1008.7, 33941.6, 189515, null].map(timeText)).toEqual([
      ...['22.1\u00a0ms', '1.01\u00a0s', '33.9\u00a0s', '3.16\u00a0min', 'none'],
    ]);
    expect([180, 95, 240].map(secondsText)).toEqual(['3\u00a0min', '95\u00a0s', '4\u00a0min']);
  });
});

describe('pairs', () => {
  it('puts scenarios together by whose counterpart they are, a failure before its repair', () => {
    const missed: Record<string, number> = { 'retry-storm': 1, 'load-balancer-random': 2 };
    const items = [
      { id: 'load-balancer-power-of-two', fields: { counterpart_of: 'scenario:load-balancer-random' } },
      { id: 'load-balancer-random', fields: {} },
      { id: 'load-balancer-shedding', fields: {} },
      { id: 'retry-storm', fields: {} },
      { id: 'storm-without-retries', fields: { counterpart_of: 'scenario:retry-storm' } },
    ];
    const found = families(items, ({ id }) => missed[id] ?? 0);
    expect(found.map((family) => family.map(({ id }) => id))).toEqual([
      ['load-balancer-random', 'load-balancer-power-of-two'],
      ['load-balancer-shedding'],
      ['retry-storm', 'storm-without-retries'],
    ]);
  });
});
