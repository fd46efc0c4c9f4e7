/** Every page type: readable without scripts, accessible in both themes, nothing wider than a phone, quiet console. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, describe, it } from 'node:test';
import { openPage, openSite } from '../browser.mjs';
import { pageTypes } from './pages.mjs';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let site;
let types;
before(async () => {
  site = await openSite();
  types = await pageTypes(site.base);
});
after(() => site?.close());

/** Without the API the search page falls back; the browser still notes the failed request. */
const isMissingApi = (fault) => fault.startsWith('/search') && fault.includes('404');

async function visit(options, path) {
  const opened = await openPage(site, options);
  const response = await opened.page.goto(path, { waitUntil: 'networkidle' });
  assert.equal(response.status(), path === '/nowhere/at/all' ? 404 : 200, path);
  return opened;
}

async function violations(page) {
  await page.evaluate(axeSource);
  const { violations: found } = await page.evaluate(() =>
    globalThis.axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    }),
  );
  return found.map(
    ({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ target }) => target.join(' '))} (${nodes.length})`,
  );
}

describe('every page type', () => {
  for (const theme of ['light', 'dark']) {
    for (const viewport of ['wide', 'phone']) {
      it(`has no accessibility violation and a quiet console, ${theme}, ${viewport}`, async () => {
        const problems = [];
        for (const path of [...types.views, ...types.entries, '/nowhere/at/all']) {
          const { page, context, faults } = await visit({ theme, viewport }, path);
          problems.push(...(await violations(page)).map((violation) => `${path} ${violation}`));
          const expected = path === '/nowhere/at/all' ? () => true : isMissingApi;
          problems.push(...faults.filter((fault) => !expected(fault)));
          await context.close();
        }
        assert.deepEqual(problems, []);
      });
    }
  }

  it('is never wider than the screen at 390 px', async () => {
    const wide = [];
    for (const path of [...types.views, ...types.entries, '/nowhere/at/all']) {
      const { page, context } = await visit({ viewport: 'phone' }, path);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      if (width > 390) wide.push(`${path} is ${width} px wide`);
      await context.close();
    }
    assert.deepEqual(wide, []);
  });

  it('reads without scripts', async () => {
    for (const path of [...types.views, ...types.entries]) {
      const { page, context } = await visit({ javaScript: false }, path);
      assert.equal(await page.locator('h1').count(), 1, `${path} has one h1`);
      const text = await page.locator('main').innerText();
      assert.ok(text.length > 120, `${path} has text without scripts: ${text.length} characters`);
      await context.close();
    }
  });

  it('lists every entry of a kind without scripts', async () => {
    const { page, context } = await visit({ javaScript: false }, '/patterns');
    const stated = Number(
      (await page.locator('main .state').innerText()).match(/[\d,]+/)[0].replace(',', ''),
    );
    assert.equal(await page.locator('main a[href^="/patterns/"]').count(), stated);
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
    const { page, context } = await visit({}, types.entryOf('pattern'));
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
