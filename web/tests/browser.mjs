/** Debian's Chromium under playwright-core, with the switches that keep it from calling home, and pages made alike. */
import { chromium } from 'playwright-core';
import { startStaticServer } from './static_server.mjs';

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const VIEWPORTS = {
  wide: { width: 1440, height: 900 },
  tablet: { width: 1024, height: 768 },
  phone: { width: 390, height: 844 },
};

/** A browser and the site under test: DSTUDIO_URL, or web/build served here. Close both with `close`. */
export async function openSite() {
  const server = process.env.DSTUDIO_URL ? null : await startStaticServer();
  const base = (process.env.DSTUDIO_URL ?? server.url).replace(/\/$/, '');
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ARGUMENTS,
  });
  return {
    base,
    browser,
    async close() {
      await browser.close();
      await server?.close();
    },
  };
}

/** A fresh context and page; `faults` collects console errors, page errors and CSP violations as they happen. */
export async function openPage(
  { base, browser },
  {
    viewport = 'wide',
    theme = 'light',
    javaScript = true,
    motion = 'reduce',
    hasTouch = viewport === 'phone',
  } = {},
) {
  const context = await browser.newContext({
    baseURL: base,
    viewport: VIEWPORTS[viewport],
    colorScheme: theme,
    javaScriptEnabled: javaScript,
    hasTouch,
    deviceScaleFactor: 1,
    reducedMotion: motion,
  });
  const page = await context.newPage();
  const faults = [];
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`${new URL(page.url()).pathname}: ${message.text()}`);
  });
  page.on('pageerror', (error) => faults.push(`${new URL(page.url()).pathname}: ${error.message}`));
  return { page, context, faults };
}
