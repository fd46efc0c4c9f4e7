/** The playground: a scenario of the library is run, struck, taken back in time and edited; and what axe says of it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
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
  it('takes a table of arrivals from a file, and says what is wrong with one that is none', async (t) => {
    if (!starts.some(({ id }) => id === 'retry-storm')) return t.skip('the scenario is not in the catalogue');
    const { page, context, faults } = await openPlayground(START);
    await page.locator('.svelte-flow__node[data-id^="workload:"]').first().click();
    await page.getByRole('button', { name: 'Trace as a table instead' }).click();
    const table = page.getByLabel('Table', { exact: true });
    const chooser = page.locator('.inspector input[type="file"]');
    const file = (name, text) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(text, 'latin1') });
    await chooser.setInputFiles(file('picture.csv', '\x89PNG\0'));
    await page.getByText('picture.csv is not text in UTF-8').waitFor();
    await chooser.setInputFiles(file('long.csv', '0.1\n'.repeat(600_000)));
    await page.getByText('long.csv does not fit').waitFor();
    await chooser.setInputFiles(file('arrivals.csv', 'time\r\n0.1\r\n0.9\r\n'));
    await page.getByText('does not fit').waitFor({ state: 'detached' });
    assert.equal(await table.inputValue(), 'time\n0.1\n0.9\n');
    await choose(page, 'YAML');
    assert.match(await yaml(page), /trace:\s+csv: \|\s+time\s+0\.1\s+0\.9/);
    await assertSound(page, faults, 'with a table');
    await context.close();
  });

  it('adds objectives of each kind, and a commit with two participants', async (t) => {
    if (!starts.some(({ id }) => id === 'retry-storm')) return t.skip('the scenario is not in the catalogue');
    const { page, context, faults } = await openPlayground(START);
    const inspector = page.locator('.inspector');
    const kinds = [
      ['Of messages', '99% not older than 30 s'],
      ['Of copies', '99% of reads at most 1 s out of date'],
      ['Of acknowledged writes', '99.99% of acknowledged writes kept'],
    ];
    for (const [kind, text] of kinds) {
      await inspector.getByRole('button', { name: `+ ${kind}`, exact: true }).click();
      await inspector.getByText(text).waitFor();
    }
    await page.locator('.svelte-flow__node[data-id="component:shop"]').click();
    await inspector.getByRole('button', { name: '+ Two-phase commit', exact: true }).click();
    await inspector.getByRole('button', { name: '+ Add participant', exact: true }).click();
    await inspector.getByText('commit orders, orders').waitFor();
    assert.equal(await inspector.getByText('call orders · 1 s', { exact: true }).count(), 2);
    assert.deepEqual(faults, []);
    await context.close();
  });

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

describe('form and YAML side by side', () => {
  it('change the same document; each keeps its focus and cursor; the choice is remembered', async () => {
    const { page, context, faults } = await openPlayground(START);
    await page.getByRole('button', { name: 'Side by side' }).click();
    await page.locator('.yaml[data-ready]').waitFor();
    await page.locator('[data-id="component:orders"] .name').click();
    const threads = page.getByLabel('Threads', { exact: true });
    await threads.fill('7');
    await page.waitForFunction(() => document.querySelector('.cm-content').innerText.includes('threads: 7'));
    assert.equal(await threads.evaluate((field) => field === document.activeElement), true);

    // Typing in the text of what is selected: the cursor stays where it is, the form follows.
    await page.locator('.cm-line', { hasText: 'threads: 7' }).click();
    await page.keyboard.press('End');
    await page.keyboard.type('53', { delay: 60 });
    await page.locator('[data-id="component:orders"]').getByText('2 × 753 threads').waitFor();
    assert.equal(await threads.inputValue(), '753');
    assert.equal(
      await page.locator('.cm-editor').evaluate((editor) => editor.contains(document.activeElement)),
      true,
    );

    // A half-typed line: the form stays in view, the mistake is told at its line.
    await page.keyboard.press('Enter');
    await page.keyboard.type('[');
    await page.getByText('The YAML has a mistake of syntax').waitFor();
    await page.locator('.cm-lint-marker-error').first().waitFor();
    assert.equal(await threads.inputValue(), '753');
    await assertSound(page, faults, 'side by side, with a mistake');
    await page.keyboard.press('Backspace');
    await page.getByText('The YAML has a mistake of syntax').waitFor({ state: 'detached' });

    await page.reload({ waitUntil: 'networkidle' });
    await page.locator('.yaml[data-ready]').waitFor();
    await page.getByRole('button', { name: 'Side by side' }).click();
    await page.getByRole('tab', { name: 'YAML' }).waitFor();
    await page.setViewportSize({ width: 1100, height: 800 });
    await page.getByRole('button', { name: 'Side by side' }).waitFor({ state: 'detached' });
    await context.close();
  });
});

describe('the picture of a canvas', () => {
  async function exported(page, kind) {
    await page.locator('summary', { hasText: 'Export' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: `Picture, ${kind}` }).click(),
    ]);
    return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
  }
  /** Decoded by the browser: its size, the colour of its corner, how many colours it has. */
  const decoded = (page, bytes) =>
    page.evaluate(async (base64) => {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const blob = new Blob([bytes], { type: 'image/png' });
      const image = await createImageBitmap(blob);
      const context = new OffscreenCanvas(image.width, image.height).getContext('2d');
      context.drawImage(image, 0, 0);
      const { data } = context.getImageData(0, 0, image.width, image.height);
      const colours = new Set();
      for (let i = 0; i < data.length; i += 4)
        colours.add((data[i] << 16) | (data[i + 1] << 8) | data[i + 2]);
      return {
        width: image.width,
        height: image.height,
        corner: [...data.slice(0, 3)],
        colours: colours.size,
      };
    }, bytes.toString('base64'));

  for (const theme of ['light', 'dark'])
    it(`holds what is seen, as PNG and SVG, ${theme}`, async () => {
      const { page, context, faults } = await openPlayground(START, { theme });
      await runToEnd(page);
      const svg = await exported(page, 'SVG');
      const text = svg.bytes.toString();
      assert.equal(svg.name, 'retry-storm.svg');
      for (const seen of ['Retry storm', '>users<', '>orders<', '2 × 4 threads', '250 ms', 'busy', 'failed'])
        assert.ok(text.includes(seen), `${seen} is in the picture`);
      const [, width, height] = /width="(\d+)" height="(\d+)"/.exec(text).map(Number);
      assert.ok(width > 700 && height > 150, `${width} × ${height}`);

      const png = await exported(page, 'PNG');
      assert.equal(png.name, 'retry-storm.png');
      const image = await decoded(page, png.bytes);
      assert.deepEqual([image.width, image.height], [2 * width, 2 * height]);
      assert.deepEqual(image.corner, theme === 'light' ? [251, 249, 245] : [20, 23, 26]);
      assert.ok(image.colours > 50, `${image.colours} colours`);
      assert.deepEqual(faults, []);
      await context.close();
    });
});

const rect = (locator) => locator.evaluate((element) => element.getBoundingClientRect().toJSON());
/** Controls of the playground that a finger would miss, with their sizes. */
const smallTargets = (page) =>
  page.evaluate(() =>
    [...document.querySelectorAll('.playground :is(button, select, summary, input)')]
      .filter((control) => control.checkVisibility() && !control.closest('[inert]'))
      // A checkbox is hit wherever its label is.
      .map((control) => [
        control,
        ((control.type === 'checkbox' && control.closest('label')) || control).getBoundingClientRect(),
      ])
      .filter(([, { width, height }]) => width > 0 && (height < 43.5 || width < 43.5))
      .map(
        ([control, { width, height }]) =>
          `${control.ariaLabel ?? control.textContent.trim()} ${width}×${height}`,
      ),
  );

describe('the playground on a phone', () => {
  it('runs down the screen with readable names, and keeps what was placed on a wide one', async (t) => {
    const wide = starts.find(({ id }) => id === 'netflix-playback-start') ?? starts.at(0);
    const { page, context, faults } = await openPlayground(`/playground?scenario=${wide.id}`, {
      viewport: 'phone',
    });
    await page.waitForTimeout(400);
    const names = await page
      .locator('.svelte-flow__node .id')
      .evaluateAll((list) =>
        list.map((name) => [
          name.getBoundingClientRect().height / name.offsetHeight,
          name.getBoundingClientRect().left,
        ]),
      );
    t.diagnostic(`${wide.id}: ${names.length} nodes, zoom ${names[0][0].toFixed(2)}`);
    assert.ok(names.length > 3);
    for (const [zoom, left] of names) {
      assert.ok(zoom * 13 >= 10.5, `a name is ${(zoom * 13).toFixed(1)} px high`);
      assert.ok(left > 0 && left < 390, 'it is on the screen');
    }
    await assertSound(page, faults, 'a wide scenario');
    assert.deepEqual(
      await page.evaluate(
        () => localStorage.getItem('dstudio.playground.last')?.includes('positions') ?? false,
      ),
      false,
    );
    await context.close();
  });

  it('plays, steps and strikes faults by tapping; charts, table and objectives follow', async () => {
    const { page, context, faults } = await openPlayground(START, { viewport: 'phone' });
    await page.waitForTimeout(400);
    assert.deepEqual(await smallTargets(page), []);
    const lowest = await rect(page.locator('[data-id="component:orders"]'));
    const buttons = await rect(page.locator('.svelte-flow__controls'));
    assert.ok(lowest.bottom <= buttons.top, 'no button lies on a component');
    await page.getByLabel('Speed').selectOption('20');
    await page.getByRole('button', { name: 'Play', exact: true }).tap();
    await page.waitForTimeout(1200);
    await page.getByRole('button', { name: 'Pause', exact: true }).tap();
    const stopped = await time(page);
    await page.getByRole('button', { name: 'Step bin' }).tap();
    await page.waitForFunction(
      (before) => Number(document.querySelector('[aria-label^="Time of the run"]').value) > before,
      stopped,
    );
    await page.locator('[data-id="component:orders"] .name').tap();
    const sheet = page.getByRole('region', { name: 'Selected: orders' });
    await sheet.waitFor();
    await page.waitForTimeout(300);
    assert.deepEqual(await smallTargets(page), []);
    const node = await rect(page.locator('[data-id="component:orders"]'));
    assert.ok(node.bottom <= (await rect(sheet)).top, 'what was tapped is not covered');
    await assertSound(page, faults, 'the sheet');
    await sheet.getByRole('button', { name: 'Crash all' }).tap();
    await sheet.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Step', exact: true }).tap();
    await page.locator('[data-id="component:orders"] [data-state="down"]').waitFor();
    await page.getByRole('button', { name: 'Play', exact: true }).tap();
    await page.waitForTimeout(1000);
    await page.locator('.canvas canvas, .views canvas').first().waitFor();
    await choose(page, 'Table');
    await page
      .getByRole('cell', { name: /down|wait|busy|\d/ })
      .first()
      .waitFor();
    await page
      .getByText(/answered/)
      .first()
      .waitFor();
    assert.deepEqual(faults, []);
    await context.close();
  });
});

describe('the playground under a finger and a pen', () => {
  const TABLET = { viewport: 'tablet', hasTouch: true };
  const nodeCount = (page) => page.locator('.svelte-flow__node').count();
  const touch = async (page, points) => {
    const session = await page.context().newCDPSession(page);
    const send = (type, touchPoints) => session.send('Input.dispatchTouchEvent', { type, touchPoints });
    await send('touchStart', [points[0]]);
    for (const point of points.slice(1)) await send('touchMove', [point]);
    await send('touchEnd', []);
  };
  const between = (from, to, steps = 12) =>
    Array.from({ length: steps + 1 }, (_, i) => ({
      x: from.x + ((to.x - from.x) * i) / steps,
      y: from.y + ((to.y - from.y) * i) / steps,
    }));
  async function ends(page) {
    // The core's groups come a moment later, and move what was there before.
    const item = page
      .getByRole('region', { name: 'Edge', exact: true })
      .getByRole('button', { name: 'CDN', exact: true });
    await item.scrollIntoViewIfNeeded();
    const from = await rect(item);
    const canvas = await rect(page.locator('[data-playground-canvas]'));
    return {
      from: { x: from.x + 30, y: from.y + from.height / 2 },
      to: { x: canvas.x + canvas.width / 2, y: canvas.y + 60 },
    };
  }
  async function assertLanded(page, to) {
    const { x, y, width, height } = await rect(page.locator('[data-id="component:cdn"]'));
    const off = Math.hypot(x + width / 2 - to.x, y + height / 2 - to.y);
    assert.ok(off < 24, `it landed ${off.toFixed(0)} px from the finger`);
  }

  it('drags components out of the palette by finger; up and down scrolls the list', async () => {
    const { page, context, faults } = await openPlayground(START, TABLET);
    await page.waitForTimeout(300);
    assert.deepEqual(await smallTargets(page), []);
    const before = await nodeCount(page);
    const { from, to } = await ends(page);
    await touch(page, between(from, { x: from.x, y: from.y - 140 }));
    assert.equal(await nodeCount(page), before, 'scrolling adds nothing');
    const again = await ends(page);
    await touch(page, [
      ...between(again.from, { x: again.from.x + 60, y: again.from.y }, 4),
      ...between(again.from, to),
    ]);
    await page.locator('[data-id="component:cdn"]').waitFor();
    assert.equal(await nodeCount(page), before + 1);
    await assertLanded(page, to);
    await assertSound(page, faults, 'tablet');
    await context.close();
  });

  it('connects two nodes by finger', async () => {
    const { page, context, faults } = await openPlayground('/playground', TABLET);
    const palette = page.getByRole('region', { name: 'Palette' });
    await palette.getByRole('button', { name: 'CDN', exact: true }).click();
    await page.locator('[data-id="component:cdn"]').waitFor();
    await page.waitForTimeout(500);
    const edges = await page.locator('.svelte-flow__edge').count();
    const middle = ({ x, y, width, height }) => ({ x: x + width / 2, y: y + height / 2 });
    const from = middle(
      await rect(page.locator('[data-id="component:service"] .svelte-flow__handle.source')),
    );
    const to = middle(await rect(page.locator('[data-id="component:cdn"] .svelte-flow__handle.target')));
    // Beside the dot: what can be touched is wider than what is seen.
    await touch(page, between({ x: from.x + 8, y: from.y }, to));
    await page.waitForFunction(
      (count) => document.querySelectorAll('.svelte-flow__edge').length > count,
      edges,
    );
    assert.deepEqual(faults, []);
    await context.close();
  });

  for (const pointerType of ['pen', 'mouse'])
    it(`drags components out of the palette by ${pointerType}; Escape lets go`, async () => {
      const { page, context, faults } = await openPlayground(START);
      const session = await page.context().newCDPSession(page);
      const send = (type, { x, y }) =>
        session.send('Input.dispatchMouseEvent', {
          type,
          x,
          y,
          pointerType,
          button: 'left',
          buttons: 1,
          clickCount: 1,
        });
      const drag = async (points, isLetGo) => {
        await send('mousePressed', points[0]);
        for (const point of points) await send('mouseMoved', point);
        if (isLetGo) await page.keyboard.press('Escape');
        await send('mouseReleased', points.at(-1));
      };
      const before = await nodeCount(page);
      const { from, to } = await ends(page);
      await drag(between(from, to), true);
      assert.equal(await nodeCount(page), before);
      await drag(between(from, to), false);
      await page.locator('[data-id="component:cdn"]').waitFor();
      assert.equal(await nodeCount(page), before + 1);
      await assertLanded(page, to);
      assert.deepEqual(faults, []);
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
