/** A tour through the site by keyboard alone, wide and on a phone's width; and what each view promises on the way. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { openPage, openSite } from '../browser.mjs';
import { pageTypes } from './pages.mjs';

let site;
let types;
before(async () => {
  site = await openSite();
  types = await pageTypes(site.base);
});
after(() => site?.close());

const pathOf = (page) => new URL(page.url()).pathname;
const ready = (page) => page.waitForFunction(() => document.documentElement.classList.contains('js'));

async function open(path, options) {
  const opened = await openPage(site, options);
  await opened.page.goto(path, { waitUntil: 'networkidle' });
  await ready(opened.page);
  return opened;
}

/** Opens the palette with `/`, types, and opens the first result with Enter. */
async function jump(page, words, url) {
  await page.keyboard.press('Control+k');
  const field = page.getByRole('combobox', { name: 'Search' });
  await field.waitFor();
  await field.fill('');
  await page.keyboard.type(words);
  await page.getByRole('option').first().waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL((address) => address.pathname === url);
}

for (const viewport of ['wide', 'phone']) {
  describe(`by keyboard, ${viewport}`, () => {
    it('tours home, palette, pattern, concept, path, graph, matrix, timeline, incidents and search', async () => {
      const { page, context, faults } = await open('/', { viewport });
      await jump(page, 'circuit breaker', '/patterns/circuit-breaker');
      assert.equal(await page.getByRole('heading', { level: 1 }).innerText(), 'Circuit Breaker');

      const concept = page.locator('main a[href^="/concepts/"]').first();
      const conceptUrl = await concept.getAttribute('href');
      await concept.focus();
      await page.keyboard.press('Enter');
      await page.waitForURL((url) => url.pathname === conceptUrl);
      await page.getByRole('heading', { name: 'Depth ladder' }).waitFor();

      await page.goto(types.entryOf('path'), { waitUntil: 'networkidle' });
      const tick = page.getByRole('checkbox').first();
      await tick.focus();
      await page.keyboard.press('Space');
      await page.getByText(/^1 of \d+ steps? done/).waitFor();
      await page.reload({ waitUntil: 'networkidle' });
      await page.getByText(/^1 of \d+ steps? done/).waitFor();
      await page.getByRole('button', { name: 'Clear ticks' }).focus();
      await page.keyboard.press('Enter');
      await page.getByText(/^0 of \d+ steps? done/).waitFor();
      const pace = page.getByRole('slider', { name: 'Hours a week' });
      const weeks = await page.locator('output').innerText();
      await pace.focus();
      await page.keyboard.press('ArrowRight');
      assert.notEqual(await page.locator('output').innerText(), weeks);

      await page.goto('/episodes/graph?focus=e13', { waitUntil: 'networkidle' });
      await page.locator('a.node.focused').focus();
      await page.keyboard.press('ArrowRight');
      assert.notEqual(new URL(page.url()).searchParams.get('focus'), 'e13');
      await page.keyboard.press('ArrowLeft');
      const label = (await page.locator('a.node:focus').textContent()).replace(/\s+/g, ' ');
      await page.keyboard.press('+');
      await page.keyboard.press('0');
      await page.keyboard.press('Enter');
      await page.waitForURL((url) => /^\/episodes\/(?!graph)/.test(url.pathname));
      assert.ok(label.includes(await page.getByRole('heading', { level: 1 }).innerText()));

      await page.goto('/timeline', { waitUntil: 'networkidle' });
      await page.locator('a.item[tabindex="0"]').focus();
      await page.keyboard.press('ArrowRight');
      const mark = await page.locator('a.item:focus').getAttribute('href');
      await page.keyboard.press('Enter');
      await page.waitForURL((url) => url.pathname === mark);

      await page.goto('/search?q=timeout', { waitUntil: 'networkidle' });
      await page.getByText(/^\d+ results?/).waitFor();
      assert.ok((await page.locator('.results li').count()) > 0);
      assert.deepEqual(
        faults.filter((fault) => !fault.startsWith('/search')),
        [],
      );
      await context.close();
    });
  });
}

describe('header', () => {
  it('leads to the playground, and everything in it stays within the window at any width', async () => {
    const { page, context, faults } = await open('/');
    for (let width = 320; width <= 1440; width += 70) {
      await page.setViewportSize({ width, height: 900 });
      const summary = page.locator('.site-header summary:visible');
      await summary.click();
      const right = await page
        .locator('.site-header details[open] .panel')
        .evaluate((panel) => panel.getBoundingClientRect().right);
      assert.ok(right <= width, `the menu ends at ${right} px of ${width}`);
      const across = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(across <= width, `the page takes ${across} px of ${width}`);
      await summary.click();
    }
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Playground' }).click();
    await page.locator('.playground[data-ready]').waitFor();
    assert.equal(pathOf(page), '/playground');
    assert.deepEqual(faults, []);
    await context.close();
  });
});

describe('palette', () => {
  it('opens with / and Ctrl-K but not while typing, walks with arrows, remembers, closes with Escape', async () => {
    const { page, context } = await open('/patterns');
    const filter = page.getByRole('searchbox', { name: /Filter patterns/ });
    await filter.focus();
    await page.keyboard.type('a/b');
    assert.equal(await page.getByRole('dialog').count(), 0);
    await filter.blur();
    await page.keyboard.press('/');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.type('circiut');
    await page.getByText('Did you mean').waitFor();
    await page.keyboard.press('ArrowDown');
    assert.equal(
      await page.getByRole('dialog').getByRole('option', { selected: true }).getAttribute('id'),
      'palette-1',
    );
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.pathname !== '/patterns');
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').fill('');
    await page.getByText('Opened lately').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await context.close();
  });

  it('says when nothing is found and offers where to go', async () => {
    const { page, context } = await open('/');
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').fill('zzzzqqqq');
    await page.getByText('Nothing found').waitFor();
    assert.ok((await page.getByRole('dialog').getByRole('link').count()) > 2);
    await context.close();
  });
});

describe('lists', () => {
  it('keep their state in the address, and counts that add up', async () => {
    const { page, context } = await open('/incidents');
    const record = page.getByRole('group', { name: 'Public record' });
    await record.getByRole('checkbox', { name: /^Documented/ }).focus();
    await page.keyboard.press('Space');
    await page.waitForURL(/record=documented/);
    const shown = await page.locator('tbody tr').count();
    const state = await page.locator('main .state p').innerText();
    assert.equal(Number(state.match(/^[\d,]+/)[0].replace(',', '')), shown);
    const types = await page.getByRole('group', { name: 'Type' }).locator('.count').allInnerTexts();
    assert.equal(
      types.reduce((sum, text) => sum + Number(text.replace(/\D/g, '')), 0),
      shown,
    );
    await page.getByRole('columnheader', { name: 'Duration' }).getByRole('button').focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(/sort=duration/);
    const first = await page.locator('tbody tr th').first().innerText();
    await page.reload({ waitUntil: 'networkidle' });
    await page.locator('.chip').first().waitFor();
    assert.equal(await page.locator('tbody tr').count(), shown);
    assert.equal(await page.locator('tbody tr th').first().innerText(), first);
    await page.getByRole('button', { name: 'Clear all' }).focus();
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => !url.search.includes('record'));
    await context.close();
  });

  it('follow a link that carries a filter', async () => {
    const { page, context } = await open('/patterns?category=resilience');
    await page.getByText(/^\d+ of \d+ patterns/).waitFor();
    await context.close();
  });
});

describe('search page', () => {
  const facets = (page) => page.getByRole('complementary', { name: 'Filters' }).locator('fieldset');
  // While it asks anew it says so instead.
  const shownTotal = async (page) =>
    Number(
      (await page.locator('main .state p', { hasText: /^\s*[\d,]+ result/ }).innerText())
        .match(/^[\d,]+/)[0]
        .replace(',', ''),
    );
  /** Filters from the panel, and waits until the address and the answer say so. */
  async function choose(page, box, address) {
    await box.focus();
    await page.keyboard.press('Space');
    await page.waitForURL(address);
    await page.getByText(/^[\d,]+ results?/).waitFor();
  }

  it('filters by what the server counts, or by kind alone without one, and keeps it in the address', async () => {
    const { page, context } = await open('/search?q=timeout');
    await page.getByText(/^[\d,]+ results?/).waitFor();
    const all = await shownTotal(page);
    const hasServer = !(await page.locator('main .state p').innerText()).includes('in your browser');
    assert.equal((await facets(page).count()) > 1, hasServer);

    const kinds = page.getByRole('group', { name: 'Kind' });
    const counts = (await kinds.locator('.count').allInnerTexts()).map((text) =>
      Number(text.replace(/\D/g, '')),
    );
    if (counts.length <= 8)
      assert.equal(
        counts.reduce((sum, count) => sum + count, 0),
        all,
      );
    await choose(page, kinds.getByRole('checkbox', { name: /^Patterns/ }), /kind=pattern/);
    await page.locator('.chip', { hasText: 'Kind: Patterns' }).waitFor();
    assert.ok((await kinds.getByRole('checkbox').count()) > 1, 'the other kinds stay in sight');
    assert.equal(await page.evaluate(() => document.activeElement.type), 'checkbox');
    const patterns = await shownTotal(page);
    assert.ok(patterns > 0 && patterns < all);
    assert.equal(await page.locator('.results .name > span', { hasNotText: 'Pattern' }).count(), 0);

    if (hasServer) {
      const tier = page.getByRole('group', { name: 'Tier' }).getByRole('checkbox').first();
      await choose(page, tier, /kind=pattern&tier=/);
      await page.locator('.chip', { hasText: 'Tier: ' }).waitFor();
      const both = await shownTotal(page);
      assert.ok(both > 0 && both <= patterns);
      await page.reload({ waitUntil: 'networkidle' });
      await page.locator('.chip', { hasText: 'Tier: ' }).waitFor();
      assert.equal(await shownTotal(page), both);
    }
    await page.getByRole('button', { name: 'Clear all' }).focus();
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.search === '?q=timeout');
    await page.locator('.chip').first().waitFor({ state: 'detached' });
    assert.equal(await shownTotal(page), all);
    await context.close();
  });

  it('goes on with the first of more results', async () => {
    const { page, context } = await open('/search?q=service');
    const results = page.locator('.results li');
    await results.first().waitFor();
    const before = await results.count();
    await page.getByRole('button', { name: 'More results' }).focus();
    await page.keyboard.press('Enter');
    await results.nth(before).waitFor();
    const first = await results.nth(before).getByRole('link').getAttribute('href');
    await page.waitForFunction((href) => document.activeElement.getAttribute('href') === href, first);
    await context.close();
  });
});

describe('views', () => {
  it('walks the combination matrix by arrows and opens a combination with Enter', async () => {
    const { page, context } = await open('/combinations/matrix');
    await page.locator('td[data-row][tabindex="0"]').focus();
    await page.keyboard.press('ArrowDown');
    assert.equal(await page.locator('td[tabindex="0"]').count(), 1);
    const url = await page
      .getByRole('complementary', { name: 'Details' })
      .getByRole('link')
      .first()
      .getAttribute('href');
    await page.keyboard.press('Enter');
    await page.waitForURL((address) => address.pathname === url);
    await context.close();
  });

  it('offers the matrix as a list of one pattern on a phone', async () => {
    const { page, context } = await open('/combinations/matrix', { viewport: 'phone' });
    const picker = page.getByRole('combobox', { name: 'Pattern' });
    await picker.waitFor();
    await picker.selectOption({ index: 2 });
    assert.ok((await page.locator('main a[href^="/combinations/"]').count()) > 0);
    await context.close();
  });

  it('reads a depth statement by arrows, and by a tap on a phone', async () => {
    const { page, context } = await open('/depth');
    await page.locator('[data-row][tabindex="0"]').focus();
    for (let i = 0; i < 4; i++) await page.keyboard.press('ArrowRight');
    const details = page.getByRole('complementary', { name: 'Details' });
    await details.getByText(/L4 /).waitFor();
    await context.close();

    const phone = await open('/depth', { viewport: 'phone' });
    await phone.page.locator('td.taught').first().tap();
    const sheet = phone.page.getByRole('complementary', { name: 'Details' });
    await sheet.locator('.statement').waitFor();
    await phone.page.waitForFunction(
      () => !document.querySelector('.statement')?.textContent.includes('Loading'),
    );
    await phone.context.close();
  });

  it('remembers the theme before the first paint', async () => {
    const { page, context } = await open('/');
    const toggle = page.getByRole('button', { name: /^Theme/ });
    await toggle.click();
    await toggle.click();
    assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'dark');
    await page.goto('/about', { waitUntil: 'commit' });
    await page.waitForFunction(() => document.documentElement.dataset.theme === 'dark');
    await context.close();
  });

  it('answers an unknown address with a page that helps', async () => {
    const { page, context } = await openPage(site);
    const response = await page.goto('/nowhere/at/all', { waitUntil: 'networkidle' });
    assert.equal(response.status(), 404);
    await page.getByRole('heading', { name: 'This page does not exist' }).waitFor();
    await page.getByRole('main').getByRole('link', { name: 'Patterns' }).click();
    await page.waitForURL((url) => pathOf({ url: () => String(url) }) === '/patterns');
    await context.close();
  });
});
