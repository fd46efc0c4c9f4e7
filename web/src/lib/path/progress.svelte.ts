/**
 * Which steps of a learning path are done, kept in this browser only.
 * One stored value per path: the references of the done steps as a JSON array. Unknown or broken values count as empty.
 */
import type { SmallStorage } from '$lib/storage';

export class PathProgress {
  done = $state<string[]>([]);
  private readonly key: string;

  constructor(
    pathRef: string,
    private readonly steps: readonly string[],
    private readonly storage: SmallStorage,
  ) {
    this.key = `dstudio.path.${pathRef}`;
    this.done = this.read();
  }

  get share(): number {
    return this.steps.length === 0 ? 0 : this.done.length / this.steps.length;
  }

  isDone(step: string): boolean {
    return this.done.includes(step);
  }

  set(step: string, isDone: boolean): void {
    if (!this.steps.includes(step)) return;
    const rest = this.done.filter((other) => other !== step);
    this.done = isDone ? [...rest, step] : rest;
    this.write();
  }

  clear(): void {
    this.done = [];
    this.write();
  }

  private read(): string[] {
    try {
      const value: unknown = JSON.parse(this.storage.getItem(this.key) ?? '[]');
      return Array.isArray(value) ? this.steps.filter((step) => value.includes(step)) : [];
    } catch {
      return [];
    }
  }

  private write(): void {
    if (this.done.length === 0) this.storage.removeItem(this.key);
    else this.storage.setItem(this.key, JSON.stringify(this.done));
  }
}
