/**
 * The little that pages need of a model's text before the core has read it: which name a line gives a value, and the
 * value. The core checks; this only fills the page that reads without scripts.
 */
const ASSIGNMENT = /^\s*([A-Za-z_]\w*)\s*(?::[^=]*)?=(?!=)\s*(.*)$/;

/** The name that an equation computes; empty where it is none. */
export function assignedName(equation: string): string {
  return ASSIGNMENT.exec(equation)?.[1] ?? '';
}

/** The value that a text gives a name, without comment and display unit; empty where it gives none. */
export function defaultIn(model: string, name: string): string {
  for (const line of model.split('\n')) {
    const [, found, value = ''] = ASSIGNMENT.exec(line) ?? [];
    if (found === name)
      return value
        .replace(/\s*#.*$/, '')
        .replace(/\s*->.*$/, '')
        .trim();
  }
  return '';
}
