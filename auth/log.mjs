const LONGEST = 500;

/**
 * One plain line on stderr, for a user. Only texts and the messages of errors are written:
 * what else Better Auth and pg hand over holds rows, parameters and people's addresses.
 */
export function log(...parts) {
  const line = parts.map(words).filter(Boolean).join(": ");
  process.stderr.write(`${tidy(line)}\n`);
}

function words(part) {
  if (typeof part === "string") return part;
  if (part instanceof Error) return part.message || part.code || part.name;
  return "";
}

function tidy(line) {
  return line
    .replace(/\?\S+/g, "?...")
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ")
    .trim()
    .slice(0, LONGEST);
}
