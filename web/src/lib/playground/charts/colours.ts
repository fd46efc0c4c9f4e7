/** Tokens as colours that a canvas can draw: light-dark() is decided where it is used, so the browser is asked. */
let probe: HTMLElement | null = null;
const known = new Map<string, string>();

export function tokenColour(token: string): string {
  const found = known.get(token);
  if (found !== undefined) return found;
  if (!probe) {
    probe = document.createElement('span');
    probe.hidden = true;
    document.body.append(probe);
  }
  probe.style.color = `var(${token})`;
  const colour = getComputedStyle(probe).color;
  known.set(token, colour);
  return colour;
}

/** Calls back when the theme has changed, by the page or by the system. */
export function onTheme(changed: () => void): () => void {
  const forget = () => {
    known.clear();
    changed();
  };
  const observer = new MutationObserver(forget);
  observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  const query = matchMedia('(prefers-color-scheme: dark)');
  query.addEventListener('change', forget);
  return () => {
    observer.disconnect();
    query.removeEventListener('change', forget);
  };
}
