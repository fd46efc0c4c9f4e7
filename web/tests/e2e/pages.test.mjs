/** Every page type: readable without scripts, accessible in both themes, nothing wider than a phone, quiet console. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { violations } from '../axe.mjs';
import { openPage, openSite } from '../browser.mjs';
import { pageTypes } from './pages.mjs';

let site;
let types;
before(async () => {
  site = await openSite();
  types = await pageTypes(site.base);
});
after(() => site?.close());

const NOWHERE = '/nowhere/at/all';

/** Without the API the search page falls back, and an unknown address is unknown; the browser notes both. */
const isExpected = (fault) => /^\/(search|nowhere)/.test(fault) && fault.includes('404');

/** Everything that can be wrong with a page once it stands. */
async function problemsAt(page, path) {
  const response = await page.goto(path, { waitUntil: 'networkidle' });
  const problems = await violations(page);
  if (response.status() !== (path === NOWHERE ? 404 : 200)) problems.push(`answered ${response.status()}`);
  const [content, screen] = await page.evaluate(() => [
    document.documentElement.scrollWidth,
    window.innerWidth,
  ]);
  if (content > screen) problems.push(`is ${content} px wide on a screen of ${screen}`);
  return problems.map((problem) => `${path} ${problem}`);
}

const VARIANTS = [
  { viewport: 'wide', theme: 'light' },
  { viewport: 'wide', theme: 'dark' },
  { viewport: 'phone', theme: 'light' },
];

describe('every page type', () => {
  for (const variant of VARIANTS) {
    it(`is accessible, quiet and not too wide: ${variant.viewport}, ${variant.theme}`, async () => {
      const { page, context, faults } = await openPage(site, variant);
      const problems = [];
      for (const path of [...types.views, ...types.entries, NOWHERE])
        problems.push(...(await problemsAt(page, path)));
      problems.push(...faults.filter((fault) => !isExpected(fault)));
      await context.close();
      assert.deepEqual(problems, []);
    });
  }

  it('reads without scripts', async () => {
    const { page, context } = await openPage(site, { javaScript: false });
    for (const path of [...types.views, ...types.entries]) {
      await page.goto(path);
      assert.equal(await page.locator('h1').count(), 1, `${path} has one h1`);
      const text = await page.locator('main').innerText();
      assert.ok(text.length > 120, `${path} has text without scripts: ${text.length} characters`);
    }
    await context.close();
  });

  it('lists every entry of a kind without scripts', async () => {
    const { page, context } = await openPage(site, { javaScript: false });
    await page.goto('/patterns');
    const stated = Number(
      (await page.locator('main .state').innerText()).match(/[\d,]+/)[0].replace(',', ''),
    );
    assert.equal(await page.locator('main li > .what > a').count(), stated);
    await context.close();
  });

  it('names itself: title, description, canonical, Open Graph', async () => {
    for (const path of [...types.views, ...types.entries]) {
      const html = await (await fetch(site.base + path)).text();
      for (const part of [
        /<title>[^<]+<\/title>/,
        /name="description" content="[^"]+"/,
        /rel="canonical"/,
        /property="og:title"/,
      ]) {
        assert.match(html, part, path);
      }
      assert.doesNotMatch(html, /<script(?![^>]*\bsrc=)(?![^>]*application\/json)[^>]*\bon\w+=/, path);
    }
  });
});

describe('scripts', () => {
  const BUDGET_BYTES = 90_000;

  it(`stay under ${BUDGET_BYTES} bytes compressed before a reading page is touched`, async (t) => {
    const { gzipSync } = await import('node:zlib');
    for (const path of [types.entryOf('pattern'), types.entryOf('formula'), types.entryOf('concept'), '/']) {
      const { page, context } = await openPage(site);
      const sizes = [];
      page.on('response', (response) => {
        if (response.request().resourceType() === 'script')
          sizes.push(response.body().then((body) => gzipSync(body).length));
      });
      await page.goto(path, { waitUntil: 'networkidle' });
      const total = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
      t.diagnostic(`${path}: ${total} bytes in ${sizes.length} scripts`);
      assert.ok(total > 0 && total <= BUDGET_BYTES, `${path}: ${total} bytes`);
      await context.close();
    }
  });

  it('run only as the policy allows: an injected inline script is refused', async () => {
    const { page, context } = await openPage(site);
    await page.goto(types.entryOf('pattern'), { waitUntil: 'networkidle' });
    const ran = await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'globalThis.__injected = true';
      document.head.append(script);
      return globalThis.__injected === true;
    });
    assert.equal(ran, false);
    await context.close();
  });
});
