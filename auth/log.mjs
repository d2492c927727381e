const MAX_LENGTH = 500;

/**
 * Writes one line to stderr. Only strings and the messages of errors are written: other
 * arguments of Better Auth and pg contain rows, parameters and email addresses.
 */
export function log(...parts) {
  const line = parts.map(textOf).filter(Boolean).join(": ");
  process.stderr.write(`${sanitise(line)}\n`);
}

function textOf(part) {
  if (typeof part === "string") return part;
  if (part instanceof Error) return part.message || part.code || part.name;
  return "";
}

function sanitise(line) {
  return line
    .replace(/\?\S+/g, "?...")
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ")
    .trim()
    .slice(0, MAX_LENGTH);
}
