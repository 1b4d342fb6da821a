// JSON in ASCII alone: whoever sends it need not count how many bytes a character takes.

const BEYOND = /[^\0-\x7f]/g;

export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(BEYOND, escaped);
}

const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
