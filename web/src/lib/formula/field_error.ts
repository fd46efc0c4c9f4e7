/**
 * Which field an error of the core is about. Its sentences on inputs begin with the input's name ("servers is 0; it
 * must be ...", "servers = '1x': ..."), or list the names that have no value.
 */
import type { CallError } from './types';

export interface FieldError {
  name: string;
  message: string;
  hint: string;
}

export function fieldErrors(error: CallError, names: readonly string[]): FieldError[] {
  const missing = /^no value for (.+)$/s.exec(error.message)?.[1];
  if (missing) {
    const without = missing.split(',').map((part) => part.trim());
    return without
      .map((part) => /^(\S+)(?: in (.+))?$/.exec(part))
      .filter((match) => match !== null && names.includes(match[1] ?? ''))
      .map((match) => ({
        name: match?.[1] ?? '',
        message: 'needs a value',
        hint: match?.[2] ? `in ${match[2]}` : '',
      }));
  }
  const parts = /^([A-Za-z_]\w*?)(\d*)(?: = '(?:.*?)': | is | must be | has | and )(.*)$/s.exec(
    error.message,
  );
  if (!parts) return [];
  const [, stem = '', digits = ''] = parts;
  const name = [stem + digits, stem].find((candidate) => names.includes(candidate));
  if (!name) return [];
  // The field is named where the message stands; what is said of the value is enough.
  const message = error.message.replace(/^\w+ = '.*?': /s, '').replace(new RegExp(`^${stem}${digits} `), '');
  return [{ name, message, hint: error.hint }];
}
