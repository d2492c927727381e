import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { APIError, createAuthMiddleware, getSessionFromCtx } from "better-auth/api";
import { verifyPassword } from "better-auth/crypto";
import { log } from "./log.mjs";

// OWASP's minimum for scrypt: https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#scrypt
const BLOCK = 8;
const PARALLEL = 1;
const KEY_BYTES = 64;
const SALT_BYTES = 16;
export const MIN_PASSWORD = 8;
// What anyone would try first here; the words of the user come with the user. In lower case (docs/security.md).
const CONTEXT_WORDS = ["daybook"];
// Shorter ones are parts of too many other words.
const MIN_CONTEXT_WORD = 3;
const PHC = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)$/;
// One hash takes 128 MB and a core.
const MOST_AT_ONCE = availableParallelism();
// By the path of the endpoint, the field that holds a new password.
const NEW_PASSWORDS = { "/sign-up/email": "password", "/change-password": "newPassword", "/reset-password": "newPassword" };

/** Hashes passwords as `$scrypt$ln=17,r=8,p=1$salt$key` (the PHC string format); `cost` is ln. Better Auth's own format is read too. */
export function passwordHashing(cost) {
  const current = { cost, block: BLOCK, parallel: PARALLEL };
  const prefix = `$scrypt$ln=${cost},r=${BLOCK},p=${PARALLEL}$`;

  async function hash(password) {
    const salt = randomBytes(SALT_BYTES);
    return `${prefix}${base64(salt)}$${base64(await derived(password, salt, current))}`;
  }

  async function verify({ hash: stored, password }) {
    if (isCurrent(stored)) return matches(stored, password);
    // Takes as long as the hash for an unknown user: otherwise the time would tell who has an account.
    const [isRight] = await Promise.all([matches(stored, password), hash(password)]);
    return isRight;
  }

  const isCurrent = (stored) => stored.startsWith(prefix);
  return { hash, verify, isCurrent };
}

/**
 * Hooks of Better Auth's endpoints: a new password must not be a common one nor made of the words of its context, a
 * change of the password ends all other sessions, and a sign-in renews a hash of another format or cost.
 */
export function passwordHooks(hashing) {
  return {
    before: createAuthMiddleware(async (context) => {
      const { path, body } = context;
      if (!(path in NEW_PASSWORDS)) return;
      const password = body?.[NEW_PASSWORDS[path]];
      if (isCommon(password)) {
        throw new APIError("BAD_REQUEST", { message: "This password is among the most common ones.", code: "PASSWORD_TOO_COMMON" });
      }
      if (isOfContext(password, await userOf(context))) {
        throw new APIError("BAD_REQUEST", { message: "This password is little more than the name, the email address or Daybook.", code: "PASSWORD_OF_CONTEXT" });
      }
      if (path === "/change-password") return { context: { body: { ...body, revokeOtherSessions: true } } };
    }),
    after: createAuthMiddleware(async ({ path, body, context }) => {
      if (path !== "/sign-in/email" || !context.newSession) return;
      await renewHash(hashing, context, body.password).catch((error) => log("A password hash was not renewed", error));
    }),
  };
}

// Whose password it will be; undefined where the session or the link is none, which Better Auth answers.
async function userOf(context) {
  const { path, body, query } = context;
  if (path === "/sign-up/email") return body;
  if (path === "/change-password") return (await getSessionFromCtx(context))?.user;
  const { internalAdapter } = context.context;
  const link = await internalAdapter.findVerificationValue(`reset-password:${body?.token || query?.token}`);
  return link ? internalAdapter.findUserById(link.value) : undefined;
}

async function renewHash({ hash, isCurrent }, { internalAdapter, adapter, newSession }, password) {
  const account = await internalAdapter.findCredentialAccount(newSession.user.id);
  if (!account?.password || isCurrent(account.password)) return;
  // Unless the password has changed meanwhile.
  const where = [{ field: "id", value: account.id }, { field: "password", value: account.password }];
  await adapter.updateMany({ model: "account", where, update: { password: await hash(password) } });
}

const common = new Set(
  readFileSync(new URL("common-passwords.txt", import.meta.url), "utf8").split("\n").filter((line) => line && !line.startsWith("# ")),
);

/** Whether it is among the most common passwords, in any case. */
export function isCommon(password) {
  return typeof password === "string" && common.has(folded(password));
}

/** Whether fewer than 8 characters are left of it without the words of its context: Daybook, the user's name and address. */
export function isOfContext(password, user) {
  if (typeof password !== "string") return false;
  const rest = contextWords(user ?? {}).reduce((left, word) => left.replaceAll(word, ""), folded(password));
  return rest !== folded(password) && rest.length < MIN_PASSWORD;
}

// The longest first, since one may be a part of another.
function contextWords({ name, email }) {
  const local = String(email ?? "").replace(/@[^@]*$/, "");
  const words = `${name ?? ""} ${local}`.split(/[^\p{L}\p{N}]+/u).map(folded);
  return [...CONTEXT_WORDS, ...words].filter((word) => word.length >= MIN_CONTEXT_WORD).sort((one, other) => other.length - one.length);
}

function folded(text) {
  return text.normalize("NFKC").toLowerCase();
}

async function matches(stored, password) {
  const [, cost, block, parallel, salt, key] = PHC.exec(stored) ?? [];
  if (!key) return verifyPassword({ hash: stored, password });
  const expected = Buffer.from(key, "base64");
  const parameters = { cost: Number(cost), block: Number(block), parallel: Number(parallel) };
  return timingSafeEqual(await derived(password, Buffer.from(salt, "base64"), parameters, expected.length), expected);
}

let running = 0;
const waiting = [];

async function derived(password, salt, { cost, block, parallel }, bytes = KEY_BYTES) {
  if (running >= MOST_AT_ONCE) await new Promise((next) => waiting.push(next));
  else running += 1;
  try {
    return await new Promise((done, failed) => {
      const options = { N: 2 ** cost, r: block, p: parallel, maxmem: 256 * block * 2 ** cost };
      scrypt(password.normalize("NFKC"), salt, bytes, options, (error, key) => (error ? failed(error) : done(key)));
    });
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }
}

function base64(bytes) {
  return bytes.toString("base64").replaceAll("=", "");
}
