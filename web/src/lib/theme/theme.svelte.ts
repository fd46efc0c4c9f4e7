/** The visitor's choice of theme. `static/theme.js` applies the remembered one before the first paint. */
export type ThemeChoice = 'system' | 'light' | 'dark';
export const THEME_CHOICES: readonly ThemeChoice[] = ['system', 'light', 'dark'];
export const THEME_KEY = 'dstudio.theme';

export class Theme {
  choice = $state<ThemeChoice>('system');

  constructor(
    private readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>,
    private readonly root: { dataset: DOMStringMap },
  ) {
    const stored = storage.getItem(THEME_KEY);
    if (stored === 'light' || stored === 'dark') this.choice = stored;
  }

  set(choice: ThemeChoice): void {
    this.choice = choice;
    if (choice === 'system') {
      this.storage.removeItem(THEME_KEY);
      delete this.root.dataset.theme;
    } else {
      this.storage.setItem(THEME_KEY, choice);
      this.root.dataset.theme = choice;
    }
  }

  next(): void {
    const position = THEME_CHOICES.indexOf(this.choice);
    this.set(THEME_CHOICES[(position + 1) % THEME_CHOICES.length] ?? 'system');
  }
}
