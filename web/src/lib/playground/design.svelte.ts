/**
 * The one document of the playground. Canvas, forms and text editor all change its YAML text, and one history undoes
 * them all. What the core finds wrong comes in later, for the text that was checked.
 */
import { graphOf, isObject } from './graph';
import { edited, parse, TEXT_MAX, type Edit } from './edit';
import { History } from './history';
import type { Mistake, ScenarioDocument } from './protocol';

export class Design {
  text = $state('');
  /** Of the newest text that was checked. */
  mistakes = $state.raw<readonly Mistake[]>([]);
  canUndo = $state(false);
  canRedo = $state(false);

  readonly document = $derived(parse(this.text));
  readonly syntaxMistakes = $derived(
    this.document.errors.map(({ message, pos }) => ({ message, from: pos[0], to: pos[1] })),
  );
  /** The last text that could be read: a canvas does not vanish while a line is being typed. */
  value = $state.raw<ScenarioDocument>({});
  readonly graph = $derived(graphOf(this.value));
  /** What a run depends on: all but where things stand on the canvas. */
  readonly modelJson = $derived(JSON.stringify({ ...this.value, layout: undefined }));
  readonly name = $derived(
    typeof this.value.name === 'string' && this.value.name !== '' ? this.value.name : 'Untitled',
  );

  private readonly history = new History();

  constructor(
    text: string,
    private readonly now: () => number = () => Date.now(),
  ) {
    this.setText(text);
  }

  get isReadable(): boolean {
    return this.document.errors.length === 0;
  }

  /** Another document; the history begins anew. */
  load(text: string): void {
    this.history.clear();
    this.setText(text);
  }

  /** From the text editor. Edits with one key within a moment are undone together. False where it is too long. */
  replace(text: string, key: string | null = null): boolean {
    if (text === this.text) return true;
    if (text.length > TEXT_MAX) return false;
    this.history.record(this.text, key, this.now());
    this.setText(text);
    return true;
  }

  /**
   * From forms and canvas. False where the text has mistakes of syntax, which have to be put right first, or would
   * become too long.
   */
  edit(change: Edit, key: string | null = null): boolean {
    if (!this.isReadable) return false;
    return this.replace(edited(this.text, change), key);
  }

  undo(): void {
    this.put(this.history.undo(this.text));
  }
  redo(): void {
    this.put(this.history.redo(this.text));
  }

  private put(text: string | null): void {
    if (text !== null) this.setText(text);
  }

  private setText(text: string): void {
    this.text = text;
    this.canUndo = this.history.canUndo;
    this.canRedo = this.history.canRedo;
    const document = parse(text);
    if (document.errors.length > 0) return;
    try {
      const value: unknown = document.toJS();
      this.value = isObject(value) ? value : {};
    } catch {
      // An alias that leads nowhere or expands without end; the core cannot read it either.
      this.value = {};
    }
  }
}
