/** One history of a text: edits with the same key within a moment are one step, as typing and dragging are. */
const MOMENT_MS = 800;
const STEPS_MAX = 300;
/** Of all steps together, so that the history of a long text does not fill the memory. */
export const CHARACTERS_MAX = 64 * 1024 * 1024;

interface Step {
  text: string;
  key: string | null;
  at: number;
}

export class History {
  private readonly past: Step[] = [];
  private readonly future: Step[] = [];

  get canUndo(): boolean {
    return this.past.length > 0;
  }
  get canRedo(): boolean {
    return this.future.length > 0;
  }

  /** `before` is the text that the edit replaced. */
  record(before: string, key: string | null, now: number): void {
    this.future.length = 0;
    const last = this.past.at(-1);
    if (key !== null && last?.key === key && now - last.at < MOMENT_MS) {
      last.at = now;
      return;
    }
    this.past.push({ text: before, key, at: now });
    let characters = this.past.reduce((sum, { text }) => sum + text.length, 0);
    while (this.past.length > STEPS_MAX || (this.past.length > 1 && characters > CHARACTERS_MAX))
      characters -= this.past.shift()?.text.length ?? 0;
  }

  undo(current: string): string | null {
    const step = this.past.pop();
    if (!step) return null;
    this.future.push({ text: current, key: null, at: 0 });
    return step.text;
  }

  redo(current: string): string | null {
    const step = this.future.pop();
    if (!step) return null;
    this.past.push({ text: current, key: null, at: 0 });
    return step.text;
  }

  clear(): void {
    this.past.length = 0;
    this.future.length = 0;
  }
}
