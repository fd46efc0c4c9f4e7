/** The playground: a scenario of the library is run, struck, taken back in time and edited; and what axe says of it. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { violations } from '../axe.mjs';
import { openPage, openSite } from '../browser.mjs';

let site;
let starts;
before(async () => {
  site = await openSite();
  starts = await (await fetch(`${site.base}/scenario-models.json`)).json();
});
after(() => site?.close());

const START = '/playground?scenario=retry-storm';

async function openPlayground(path, options) {
  const opened = await openPage(site, options);
  await opened.page.goto(path, { waitUntil: 'networkidle' });
  await opened.page.locator('.playground[data-ready]').waitFor();
  await opened.page.locator('.svelte-flow__node').first().waitFor();
  return opened;
}
async function assertSound(page, faults, where) {
  const problems = await violations(page);
  const [content, screen] = await page.evaluate(() => [
    document.documentElement.scrollWidth,
    window.innerWidth,
  ]);
  if (content > screen) problems.push(`is ${content} px wide on a screen of ${screen}`);
  assert.deepEqual([...problems, ...faults], [], where);
}
const time = async (page) => Number(await page.getByLabel('Time of the run, in seconds').inputValue());
const yaml = (page) => page.locator('.cm-content').innerText();
const choose = (page, name) => page.getByRole('tab', { name }).click();
async function runToEnd(page) {
  await page.getByLabel('Speed').selectOption('Infinity');
  await page.getByRole('button', { name: 'Play', exact: true }).click();
  await page.getByRole('button', { name: 'Run again' }).waitFor({ timeout: 60_000 });
}

describe('the playground', () => {
  it('runs a scenario of the library, strikes a fault, goes back, and forgets the fault', async (t) => {
    if (!starts.some(({ id }) => id === 'retry-storm')) return t.skip('the scenario is not in the catalogue');
    const { page, context, faults } = await openPlayground(START);
    await page.getByLabel('Speed').selectOption('20');
    await page.getByRole('button', { name: 'Play', exact: true }).click();
    await page.waitForFunction(() =>
      document.querySelector('.svelte-flow__node-workload')?.textContent.includes(' ok'),
    );
    await page.waitForTimeout(1500);
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    const stopped = await time(page);
    assert.ok(stopped > 3, `it is at ${stopped} s`);

    await page.locator('[data-id="component:orders"] .name').click();
    await page.getByRole('button', { name: 'Crash all' }).click();
    await choose(page, /^YAML/);
    await page.locator('.yaml[data-ready]').waitFor();
    await page.waitForFunction(() => document.querySelector('.cm-content').innerText.includes('crash: true'));
    await page.getByRole('button', { name: 'Step', exact: true }).click();
    await page.locator('[data-id="component:orders"] [data-state="down"]').waitFor();

    const slider = page.getByLabel('Time of the run, in seconds');
    await slider.fill('1.08');
    await page.waitForFunction(
      () => !document.querySelector('.cm-content').innerText.includes('crash: true'),
    );
    assert.ok((await time(page)) < stopped);
    assert.equal(await page.getByText('The design has changed since').count(), 0);
    assert.deepEqual(faults, []);
    await context.close();
  });

  it('has one document in form and text: an edit of either is in both, undone by one key, comments kept', async () => {
    const { page, context, faults } = await openPlayground(START);
    await page.locator('[data-id="component:orders"] .name').click();
    await page.getByLabel('Threads', { exact: true }).fill('7');
    await page.locator('[data-id="component:orders"]').getByText('2 × 7 threads').waitFor();
    await choose(page, /^YAML/);
    await page.locator('.yaml[data-ready]').waitFor();
    const text = await yaml(page);
    assert.match(text, /threads: 7/);
    assert.match(text, /^#/m, 'the comment of the file is still there');

    await page.locator('.cm-content').focus();
    await page.keyboard.press('Control+z');
    await page.locator('[data-id="component:orders"]').getByText('2 × 4 threads').waitFor();
    await page.keyboard.press('Control+End');
    await page.keyboard.type('\nwrong: 1');
    await page.locator('.cm-lintRange-error').first().waitFor();
    await page.getByRole('tab', { name: /^YAML \(\d+\)/ }).waitFor();
    await assertSound(page, faults, 'with a mistake');
    await context.close();
  });

  it('tells a mistake at its field', async () => {
    const { page, context } = await openPlayground(START);
    await page.locator('[data-id="component:orders"] .name').click();
    const field = page.getByLabel('Replicas', { exact: true });
    await field.fill('many');
    await page.locator('.field .mistake').first().waitFor();
    assert.equal(await field.getAttribute('aria-invalid'), 'true');
    await context.close();
  });

  it('adds, connects, duplicates and deletes by keyboard', async () => {
    const { page, context, faults } = await openPlayground(START);
    const nodes = () => page.locator('.svelte-flow__node').count();
    const before = await nodes();
    await page.getByLabel('Search components').fill('database');
    await page
      .getByRole('region', { name: 'Palette' })
      .getByRole('button', { name: /database/i })
      .first()
      .press('Enter');
    await page.waitForFunction(
      (n) => document.querySelectorAll('.svelte-flow__node').length === n,
      before + 1,
    );
    await page.keyboard.press('Control+d');
    await page.waitForFunction(
      (n) => document.querySelectorAll('.svelte-flow__node').length === n,
      before + 2,
    );
    await page.locator('.svelte-flow__node.selected').focus();
    await page.keyboard.press('Delete');
    await page.waitForFunction(
      (n) => document.querySelectorAll('.svelte-flow__node').length === n,
      before + 1,
    );
    assert.deepEqual(faults, []);
    await context.close();
  });

  it('reports, explains, compares and replicates what it ran', async () => {
    const { page, context, faults } = await openPlayground(START);
    await runToEnd(page);
    for (const name of ['Table', 'Report', 'Traces', 'Theory']) {
      await choose(page, name);
      await page.waitForTimeout(400);
      await assertSound(page, faults, name);
    }
    await choose(page, 'Compare');
    await page.getByRole('button', { name: 'Pin this run as A' }).click();
    await page.getByRole('button', { name: /^Run B/ }).waitFor();
    await assertSound(page, faults, 'Compare');
    await choose(page, 'Confidence');
    await page.getByRole('button', { name: 'Run with further seeds' }).click();
    await page.getByText(/\d\s+runs, seeds/).waitFor({ timeout: 60_000 });
    await assertSound(page, faults, 'Confidence');
    await choose(page, 'Challenges');
    await assertSound(page, faults, 'Challenges');
    await context.close();
  });

  it('is kept by name and travels in a link', async () => {
    const { page, context, faults } = await openPlayground(START);
    await page.getByRole('button', { name: 'Save…' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('mine');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('button', { name: 'Share…' }).click();
    // It is compressed first.
    const link = await page.locator('dialog pre code', { hasText: '#d=' }).innerText();
    await page.goto('about:blank');
    await page.goto(link, { waitUntil: 'networkidle' });
    await page.locator('[data-id="component:orders"]').waitFor();
    await page.getByRole('button', { name: 'Open…' }).click();
    await page.getByRole('button', { name: 'mine', exact: true }).waitFor();
    await assertSound(page, faults, 'the gallery');
    await context.close();
  });

  it('puts a sourced price of the chosen provider into the scenario', async () => {
    const { page, context, faults } = await openPlayground(START);
    await page.locator('[data-id="component:orders"]').click();
    await page.locator('select', { hasText: 'Generic' }).selectOption({ label: 'AWS' });
    await page.getByRole('button', { name: /^Use/ }).first().click();
    await page
      .getByRole('button', { name: /^In use/ })
      .first()
      .waitFor();
    await assertSound(page, faults, 'prices');
    await choose(page, 'YAML');
    await page.getByText('USD/hour').first().waitFor();
    await context.close();
  });

  for (const theme of ['light', 'dark']) {
    it(`is sound while it runs, ${theme}`, async () => {
      const { page, context, faults } = await openPlayground(START, { theme });
      await page.getByRole('button', { name: 'Play', exact: true }).click();
      await page.waitForTimeout(800);
      await page.getByRole('button', { name: 'Pause', exact: true }).click();
      await assertSound(page, faults, theme);
      await context.close();
    });
  }

  it('is to be looked at and run on a phone', async () => {
    const { page, context, faults } = await openPlayground(START, { viewport: 'phone' });
    assert.equal(await page.getByRole('region', { name: 'Palette' }).count(), 0);
    await runToEnd(page);
    await assertSound(page, faults, 'phone');
    await context.close();
  });
});

describe('theory against simulation', () => {
  it('runs its cases in the browser', async () => {
    const { page, context, faults } = await openPage(site);
    await page.goto('/simulations/validation', { waitUntil: 'networkidle' });
    await page.getByRole('button', { name: 'Run all in this browser' }).click();
    await page.getByText(/^[1-9]\d* of \d+ done/).waitFor({ timeout: 60_000 });
    await page.getByRole('button', { name: 'Stop' }).click();
    await assertSound(page, faults, 'validation');
    await context.close();
  });

  it('reproduces published results in the browser', async () => {
    const { page, context, faults } = await openPage(site);
    await page.goto('/simulations/validation', { waitUntil: 'networkidle' });
    // What the site was built with stands there already.
    const first = page.getByRole('region', { name: 'tail at scale: one slow server is enough, table' });
    const row = first.getByRole('row', { name: /100 servers, 1 answer in 100 slow/ });
    assert.match(await row.innerText(), /63 %/);
    await page.getByRole('button', { name: 'Reproduce in this browser' }).click();
    await page.getByText(/^[1-9]\d* of \d+ results done/).waitFor({ timeout: 60_000 });
    await row.getByText('agrees').waitFor({ timeout: 60_000 });
    assert.match(await row.innerText(), /6[1-5](\.\d)? ± [\d.]+ %\s+exactly 63.4/);
    await page.getByRole('button', { name: 'Stop' }).click();
    await assertSound(page, faults, 'published results');
    await context.close();
  });

  it('has the published results on a phone as well', async () => {
    const { page, context, faults } = await openPage(site, { viewport: 'phone', theme: 'dark' });
    await page.goto('/simulations/validation#published', { waitUntil: 'networkidle' });
    assert.ok((await page.getByRole('region', { name: /, table$/ }).count()) >= 10);
    await assertSound(page, faults, 'published results, phone');
    await context.close();
  });
});
