/** Designs that a person keeps, by name, in this browser. Reading never fails: what is damaged is left out. */
import type { SmallStorage } from '$lib/storage';

const KEY = 'dstudio.playground.designs';
export const LAST_KEY = 'dstudio.playground.last';
const PASSED_KEY = 'dstudio.playground.passed';
export const DESIGNS_MAX = 200;

export interface SavedDesign {
  name: string;
  text: string;
  /** ISO 8601. */
  saved: string;
}

export class DesignShelf {
  constructor(
    private readonly storage: SmallStorage,
    private readonly now: () => Date = () => new Date(),
  ) {}

  /** The newest first. */
  list(): SavedDesign[] {
    try {
      const stored: unknown = JSON.parse(this.storage.getItem(KEY) ?? '[]');
      if (!Array.isArray(stored)) return [];
      return stored.filter(isDesign).sort((a, b) => b.saved.localeCompare(a.saved));
    } catch {
      return [];
    }
  }

  get(name: string): SavedDesign | undefined {
    return this.list().find((design) => design.name === name);
  }

  /** False where the browser keeps nothing, or has no room. */
  save(name: string, text: string): boolean {
    const others = this.list().filter((design) => design.name !== name);
    return this.write([{ name, text, saved: this.now().toISOString() }, ...others].slice(0, DESIGNS_MAX));
  }

  remove(name: string): boolean {
    return this.write(this.list().filter((design) => design.name !== name));
  }

  /** False where the new name is taken or empty. */
  rename(from: string, to: string): boolean {
    const name = to.trim();
    const all = this.list();
    if (name === '' || all.some((design) => design.name === name)) return false;
    return this.write(all.map((design) => (design.name === from ? { ...design, name } : design)));
  }

  /** The name of the copy; null where it could not be kept. */
  duplicate(name: string): string | null {
    const original = this.get(name);
    if (!original) return null;
    const taken = new Set(this.list().map((design) => design.name));
    let copy = `${name}, copy`;
    for (let i = 2; taken.has(copy); i++) copy = `${name}, copy ${i}`;
    return this.save(copy, original.text) ? copy : null;
  }

  /** What was being worked on, so that a closed page loses nothing. */
  keepLast(text: string): void {
    try {
      this.storage.setItem(LAST_KEY, text);
    } catch {
      // No room; saving by name tells so.
    }
  }
  last(): string | null {
    return this.storage.getItem(LAST_KEY);
  }

  /** Ids of the challenges that were passed. */
  passed(): string[] {
    try {
      const stored: unknown = JSON.parse(this.storage.getItem(PASSED_KEY) ?? '[]');
      return Array.isArray(stored) ? stored.filter((id) => typeof id === 'string') : [];
    } catch {
      return [];
    }
  }
  pass(id: string): void {
    try {
      this.storage.setItem(PASSED_KEY, JSON.stringify([...new Set([...this.passed(), id])]));
    } catch {
      // Without room it is passed for this visit only.
    }
  }

  private write(designs: readonly SavedDesign[]): boolean {
    const text = JSON.stringify(designs);
    try {
      this.storage.setItem(KEY, text);
      return this.storage.getItem(KEY) === text;
    } catch {
      return false;
    }
  }
}

function isDesign(value: unknown): value is SavedDesign {
  if (typeof value !== 'object' || value === null) return false;
  const { name, text, saved } = value as Record<string, unknown>;
  return typeof name === 'string' && typeof text === 'string' && typeof saved === 'string';
}
