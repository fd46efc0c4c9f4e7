/**
 * Writes the screenshots of the documentation to the folder given as argument:
 *   node tests/screenshots.mjs ../docs/screenshots [NAME...]
 * Needs web/build, or DSTUDIO_URL. Each PNG stays under MAX_BYTES by cutting its height where needed.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openPage, openSite } from './browser.mjs';

const MAX_BYTES = 200_000;

const [folder, ...wanted] = process.argv.slice(2);
if (!folder) {
  console.error('usage: node tests/screenshots.mjs <folder> [name...]');
  process.exit(2);
}
mkdirSync(folder, { recursive: true });

const openPalette = async (page) => {
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill('retry');
  await page.getByRole('option').first().waitFor();
};
const focusFirst = (selector) => async (page) => {
  const first = page.locator(selector).first();
  if (await first.count()) await first.focus();
};

// The module answers a moment after the page is there: figures first, then plots.
const computed = async (page) => {
  await page.locator('svg path').first().waitFor();
  await page.waitForTimeout(1000);
};

// Past the fault, paused: queues full, breakers as they are.
const played = async (page) => {
  await page.getByLabel('Speed').selectOption({ label: 'fastest' });
  await page.getByRole('button', { name: 'Play', exact: true }).click();
  await page.waitForTimeout(3000);
};

// Where there is room for both; what is selected is seen in each.
const sideBySide = async (page) => {
  const toggle = page.getByRole('button', { name: 'Side by side' });
  if (await toggle.count()) await toggle.click();
  await page.locator('[data-id="component:orders"] .name').click();
};

const checked = async (page) => {
  await page.getByRole('button', { name: 'Check by simulation' }).click();
  await page.getByRole('button', { name: 'Check again' }).waitFor({ timeout: 60_000 });
  await page
    .locator('.check')
    .evaluate((panel) => scrollTo(0, panel.getBoundingClientRect().top + scrollY - 100));
};

const SHOTS = [
  { name: 'home', path: '/' },
  { name: 'palette', path: '/', before: openPalette },
  { name: 'pattern', path: '/patterns/circuit-breaker' },
  { name: 'formula', path: '/formulas/availability-min-corr' },
  { name: 'calculator', path: '/calculators/retry-storm', before: computed },
  { name: 'scenario', path: '/scenarios/retry-storm' },
  { name: 'playground', path: '/playground?scenario=retry-storm', before: played },
  { name: 'playground-editors', path: '/playground?scenario=retry-storm', before: sideBySide },
  { name: 'check', path: '/formulas/erlang-c?arrival_rate=8/s', before: checked },
  { name: 'validation', path: '/simulations/validation' },
  { name: 'notebook', path: '/notebook', before: (page) => page.getByRole('table').first().waitFor() },
  { name: 'incident', path: '/incidents/knight-capital-2012' },
  { name: 'incidents', path: '/incidents' },
  { name: 'graph', path: '/episodes/graph?focus=e13' },
  { name: 'matrix', path: '/combinations/matrix', before: focusFirst('td.conflict') },
  { name: 'timeline', path: '/timeline' },
  { name: 'path', path: '/paths/new-grad' },
  { name: 'depth', path: '/depth', before: focusFirst('td.taught') },
];
const VARIANTS = [
  { suffix: '', viewport: 'wide', theme: 'light' },
  { suffix: '-dark', viewport: 'wide', theme: 'dark' },
  { suffix: '-phone', viewport: 'phone', theme: 'light' },
];

async function shoot(page, { width, height }) {
  for (let cut = height; cut > 200; cut -= 100) {
    const png = await page.screenshot({ clip: { x: 0, y: 0, width, height: cut } });
    if (png.length <= MAX_BYTES) return png;
  }
  throw new Error(`no screenshot of ${page.url()} under ${MAX_BYTES} bytes`);
}

const site = await openSite();
try {
  for (const { name, path, before } of SHOTS) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    for (const { suffix, viewport, theme } of VARIANTS) {
      const { page, context } = await openPage(site, { viewport, theme });
      await page.goto(path, { waitUntil: 'networkidle' });
      await before?.(page);
      await page.waitForTimeout(150);
      const png = await shoot(page, page.viewportSize());
      writeFileSync(join(folder, `${name}${suffix}.png`), png);
      console.log(`${name}${suffix}.png ${png.length} bytes`);
      await context.close();
    }
  }
} finally {
  await site.close();
}
