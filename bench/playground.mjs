// Frames a second of the playground while it plays 20 components at 2,000 requests a second, in headless Chromium on a
// wide window and on a phone's; the times of all frames are kept for bench/plot_frames.mjs. Then the browser traces
// itself, which takes time of its own: how many frames a second are left is said beside it.
//   node bench/playground.mjs [SECONDS] [FOLDER]     (needs web/build and web/node_modules; default 10, build/bench)
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { openPage, openSite } from '../web/tests/browser.mjs';
import { here } from './svg.mjs';

const SECONDS = Number(process.argv[2] ?? 10);
const FOLDER = resolve(process.argv[3] ?? 'build/bench');
const COMPONENTS = 20;
const RATE = 2000;
const SETTLE_MS = 2000;
const TRACED_SECONDS = 5;
const LONG_MS = 50; // what the Long Tasks interface calls long
const CATEGORIES = ['devtools.timeline', 'disabled-by-default-devtools.timeline', 'toplevel', 'blink.user_timing'];

/** Four gateways share the load; each asks two services, which go on to caches and databases. Nothing is overloaded. */
function scenario() {
  const lines = [
    'name: Twenty components at 2,000 requests a second',
    'duration: 10 min',
    'network: exponential(0.5 ms)',
    'workloads:',
  ];
  const component = (id, type, more) => `- id: ${id}\n  type: ${type}\n  replicas: 4\n  threads: 64\n  steps:\n  - work: exponential(4 ms)${more}`;
  const components = [];
  const calls = (...ids) => ids.map((id) => `\n  - call: ${id}\n    timeout: 500 ms\n    retry: {attempts: 2, budget: 0.1}`).join('');
  for (let i = 1; i <= 4; i++) {
    lines.push(`- {id: users-${i}, rate: ${RATE / 4}/s, call: gateway-${i}, timeout: 1 s}`);
    components.push(component(`gateway-${i}`, 'api-gateway', calls(`orders-${i}`, `search-${i}`)));
    components.push(component(`orders-${i}`, 'service', calls(`cache-${i}`)));
    components.push(component(`search-${i}`, 'search-index', ''));
    components.push(component(`cache-${i}`, 'cache', calls(`database-${i}`)));
    components.push(component(`database-${i}`, 'database', ''));
  }
  if (components.length !== COMPONENTS) throw new Error(`${components.length} components`);
  return [...lines, 'components:', ...components].join('\n') + '\n';
}

/** Times between frames, as the page's own clock sees them, and tasks that kept it busy too long. */
function watch(milliseconds) {
  return new Promise((done) => {
    const frames = [];
    const tasks = [];
    const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration)));
    observer.observe({ type: 'longtask' });
    const began = performance.now();
    let last = began;
    requestAnimationFrame(function tick(now) {
      frames.push(now - last);
      last = now;
      if (now - began < milliseconds) return requestAnimationFrame(tick);
      observer.disconnect();
      done({ frames: frames.slice(1), tasks });
    });
  });
}

async function measure(site, viewport) {
  const { page, context, faults } = await openPage(site, { viewport, motion: 'no-preference' });
  await page.addInitScript((text) => localStorage.setItem('dstudio.playground.last', text), scenario());
  await page.goto('/playground', { waitUntil: 'networkidle' });
  await page.locator('.playground[data-ready]').waitFor();
  await page.locator('[data-id="component:gateway-1"]').waitFor();
  await page.getByLabel('Speed').selectOption('1');
  await page.getByRole('button', { name: 'Play', exact: true }).click();
  await page.waitForTimeout(SETTLE_MS);
  const { width } = page.viewportSize();
  const path = join(FOLDER, `playground-${width}.json`);
  const simulated = async () => Number(await page.getByLabel('Time of the run, in seconds').inputValue());
  const before = await simulated();
  const { frames, tasks } = await page.evaluate(watch, 1000 * SECONDS);
  const passed = (await simulated()) - before;
  if (passed < SECONDS / 4) throw new Error(`the run stood still: ${passed} s passed in ${SECONDS} s`);
  await site.browser.startTracing(page, { path, categories: CATEGORIES });
  const traced = await page.evaluate(watch, 1000 * TRACED_SECONDS);
  await site.browser.stopTracing();
  if (faults.length > 0) throw new Error(faults.join('\n'));
  await context.close();

  const sorted = [...frames].sort((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))].toFixed(1);
  const perSecond = (list) => ((1000 * list.length) / list.reduce((sum, frame) => sum + frame, 0)).toFixed(1);
  const summary =
    `${width} px: ${perSecond(frames)} frames/s over ${SECONDS} s, frame time p50 ${at(0.5)} ms, ` +
    `p99 ${at(0.99)} ms, worst ${at(1)} ms`;
  const longest = tasks.length > 0 ? ` (longest ${Math.max(...tasks).toFixed(0)} ms)` : '';
  console.log(`playground, ${summary}; ${tasks.length} tasks of more than ${LONG_MS} ms${longest}; ${perSecond(traced.frames)} while traced: ${path}`);
  return { width, summary, frames: frames.map((frame) => Number(frame.toFixed(2))) };
}

mkdirSync(FOLDER, { recursive: true });
const site = await openSite();
try {
  const runs = [];
  for (const viewport of ['wide', 'phone']) runs.push(await measure(site, viewport));
  const result = { ...here(), scenario: `${COMPONENTS} components, ${RATE.toLocaleString('en')} requests/s`, runs };
  writeFileSync(join(FOLDER, 'playground.json'), JSON.stringify(result, null, 1) + '\n');
} finally {
  await site.close();
}
