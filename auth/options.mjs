import { statSync } from "node:fs";
import { isAbsolute } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { APIError } from "better-auth/api";
import pg from "pg";
import { parseIntoClientConfig } from "pg-connection-string";
import { afterReset, emailChange } from "./account.mjs";
import { inDaybooksTerms } from "./advice.mjs";
import { log } from "./log.mjs";
import { mailOptions } from "./mail.mjs";
import { passwordHashing, passwordHooks } from "./passwords.mjs";
import { limitSessions } from "./sessions.mjs";
import { plugins, tables } from "./tables.mjs";

// Files are created readable by their owner only: the SQLite file holds password hashes and live sessions.
process.umask(0o077);

const MIN_SECRET_LENGTH = 32;
const LEAST_PASSWORD_COST = 17;
const IS_SELECT = /^\s*select\b/i;
const ENDS_TRANSACTION = /^(commit|rollback)$/i;
const NO_OP = "select 1 where false";

/** Better Auth's options, from the environment. Throws an error with one sentence about the variable that is missing or wrong. */
export function optionsFromEnvironment() {
  const hashing = passwordHashing(passwordCost());
  const origin = publicOrigin();
  const mail = mailOptions(origin);
  return {
    baseURL: origin,
    basePath: "/api/auth",
    // It shows the tokens of all sessions of a user to any script of a page.
    disabledPaths: ["/list-sessions"],
    secret: secret(),
    database: openDatabase(required("DATABASE_URL")),
    ...tables,
    user: { ...tables.user, changeEmail: mail.changeEmail },
    plugins,
    emailAndPassword: {
      enabled: true,
      minPasswordLength: 8,
      maxPasswordLength: 128,
      password: hashing,
      revokeSessionsOnPasswordReset: true,
      onPasswordReset: afterReset,
      ...mail.password,
    },
    emailVerification: mail.verification,
    hooks: passwordHooks(hashing),
    databaseHooks: {
      user: { create: { before: rejectInvalidUser }, update: { before: checkedChange, after: emailChange.after } },
      session: limitSessions(sessionDays()),
    },
    trustedOrigins: list(process.env.TRUSTED_ORIGINS),
    rateLimit: {
      ...tables.rateLimit,
      enabled: rateLimited(),
      // Health checks poll the first path. Daybook limits signing in itself, by what fails (web/auth/guess_limit.py).
      // The others have a token, and with it each a row of its own.
      customRules: { "/ok": false, "/sign-in/email": false, "/reset-password/*": false },
    },
    advanced: {
      ...cookieNames(process.env.COOKIE_PREFIX || "better-auth"),
      ipAddress: { ipAddressHeaders: ["x-forwarded-for"] },
    },
    telemetry: { enabled: false },
    // Rethrown to server.mjs, which logs the error once and answers.
    onAPIError: { throw: true },
    logger: { log: (_level, ...parts) => log(...parts.map(inDaybooksTerms)) },
  };
}

// Better Auth checks none of these. Daybook's forms and its proxy check more, with messages per field.
async function rejectInvalidUser({ name = "", email = "" }) {
  const valid = [[name, 100], [email, 255]].every(
    ([text, length]) => typeof text === "string" && [...text].length <= length && !/[\p{Cc}\p{Cs}]/u.test(text),
  );
  if (!valid) throw new APIError("BAD_REQUEST", { message: "A name can have up to 100 characters, an email up to 255, and no control characters.", code: "INVALID_USER" });
}

async function checkedChange(change, context) {
  await rejectInvalidUser(change);
  return emailChange.before(change, context);
}

/**
 * A node:sqlite database, or a pg pool; `poolOptions` override the defaults below. In the address every part is
 * percent-encoded (web/database_url.py), so that decoding each once gives what Daybook itself connects with. A missing
 * SQLite file is an error unless it `mayCreate` it.
 */
export function openDatabase(address, { mayCreate = false, ...poolOptions } = {}) {
  if (address.startsWith("sqlite:")) return openSqlite(address, mayCreate);
  if (/^postgres(ql)?:/.test(address)) return openPostgres(new URL(address), poolOptions);
  throw new Error("DATABASE_URL must start with sqlite:/// or postgresql://.");
}

/** Whether the database answers a query. */
export async function isReachable(database) {
  try {
    await (database.query?.("select 1") ?? database.prepare("select 1").get());
    return true;
  } catch {
    return false;
  }
}

export function required(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set.`);
  return value;
}

// Delays BEGIN until the first write of a transaction. Better Auth reads, hashes a password and then writes: a
// transaction begun by a read fails with SQLITE_BUSY at its first write if another connection wrote meanwhile, and
// BEGIN IMMEDIATE before the hashing would block all other writers for that long.
class Database extends DatabaseSync {
  #pending = false;
  #path;
  #inode;

  constructor(url) {
    super(url);
    this.#path = bytesOf(url.pathname);
    this.#inode = inodeOf(this.#path);
  }

  /** Whether the file was moved, deleted or replaced: what is written to it now would be lost. */
  get isElsewhere() {
    return inodeOf(this.#path) !== this.#inode;
  }

  prepare(sql, ...rest) {
    if (sql === "begin") {
      this.#pending = true;
      return super.prepare(NO_OP);
    }
    if (!this.#pending || IS_SELECT.test(sql)) return super.prepare(sql, ...rest);
    const ends = ENDS_TRANSACTION.test(sql);
    if (!ends) this.exec("begin immediate");
    this.#pending = false;
    return super.prepare(ends ? NO_OP : sql, ...rest);
  }
}

// A path of any bytes, which a string cannot hold.
function bytesOf(encoded) {
  return Buffer.from(unescape(encoded), "latin1");
}

function inodeOf(path) {
  const status = statSync(path, { bigint: true, throwIfNoEntry: false });
  return status && `${status.dev} ${status.ino}`;
}

function openSqlite(address, mayCreate) {
  const path = address.replace(/^sqlite:\/\/\//, "");
  if (!isAbsolute(path)) throw new Error("DATABASE_URL must name the SQLite file by its absolute path: sqlite:////path/daybook.db.");
  if (!mayCreate && !inodeOf(bytesOf(path))) throw new Error('there is no SQLite file at DATABASE_URL: run "daybook migrate" first.');
  // As a URL, SQLite decodes the path itself, to any bytes; a string could hold UTF-8 only.
  const database = new Database(new URL(`file://${path}?mode=${mayCreate ? "rwc" : "rw"}`));
  database.exec("PRAGMA busy_timeout = 5000");
  database.exec("PRAGMA journal_mode = WAL");
  database.exec("PRAGMA synchronous = FULL");
  database.exec("PRAGMA foreign_keys = ON");
  // What is deleted, such as an account, is overwritten with zeros.
  database.exec("PRAGMA secure_delete = ON");
  return database;
}

function openPostgres(url, poolOptions) {
  const pool = new pg.Pool({
    ...libpqCompatible(url.searchParams),
    ...placeAndUser(url),
    max: 10,
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
    // A client-side limit, because poolers reject statement_timeout as a startup parameter.
    query_timeout: 15_000,
    maxLifetimeSeconds: 300,
    // pg reads no other style, which the database or the role may set. psycopg2 does the same.
    onConnect: (client) => client.query("set datestyle to 'ISO'"),
    ...poolOptions,
  });
  pool.on("error", (error) => log("Lost an idle database connection", error));
  // A connection lost between two statements has no other listener; the next statement reports the error.
  pool.on("connect", (client) => client.on("error", () => {}));
  return pool;
}

// Not left to pg's parser, which decodes the name of a database only in part.
function placeAndUser({ username, password, hostname, port, pathname, searchParams }) {
  return {
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    host: searchParams.get("host") ?? decodeURIComponent(hostname).replace(/^\[(.*)\]$/, "$1"),
    port: Number(port) || 5432,
    database: decodeURIComponent(pathname.slice(1)),
  };
}

// Daybook connects through libpq, so pg must read the same parameters in the same way.
function libpqCompatible(parameters) {
  const compatible = new URLSearchParams(parameters);
  const enableChannelBinding = parameters.get("channel_binding") === "require";
  compatible.delete("channel_binding");
  if (parameters.get("sslrootcert") === "system") {
    compatible.delete("sslrootcert");
    compatible.set("sslmode", "verify-full");
  }
  // pg cannot fall back to a connection without TLS.
  if (["allow", "prefer"].includes(parameters.get("sslmode"))) compatible.delete("sslmode");
  compatible.set("uselibpqcompat", "true");
  return { ...parseIntoClientConfig(`postgresql://?${compatible}`), enableChannelBinding };
}

function publicOrigin() {
  const url = URL.parse(required("APP_URL"));
  if (!/^https?:$/.test(url?.protocol)) throw new Error("APP_URL must be an origin such as https://daybook.example.");
  return url.origin;
}

function secret() {
  const value = required("BETTER_AUTH_SECRET");
  if (value.length < MIN_SECRET_LENGTH) throw new Error(`BETTER_AUTH_SECRET must have at least ${MIN_SECRET_LENGTH} characters.`);
  return value;
}

function rateLimited() {
  const value = required("RATE_LIMIT");
  if (!["on", "off"].includes(value)) throw new Error('RATE_LIMIT must be "on" or "off".');
  return value === "on";
}

// For Better Auth, __Host- is part of a prefix; with its own __Secure- before that, it would mean nothing.
function cookieNames(cookiePrefix) {
  if (!cookiePrefix.startsWith("__Host-")) return { cookiePrefix };
  return { cookiePrefix, useSecureCookies: false, defaultCookieAttributes: { secure: true } };
}

// Tests take less than the minimum, which no public Daybook may.
function passwordCost() {
  const cost = Number(required("PASSWORD_COST"));
  const least = publicOrigin().startsWith("https:") ? LEAST_PASSWORD_COST : 1;
  if (!Number.isInteger(cost) || cost < least) throw new Error(`PASSWORD_COST must be at least ${least}.`);
  return cost;
}

/** After how many days a session ends, however much it is used. */
export function sessionDays() {
  const days = Number(required("SESSION_DAYS"));
  if (!(days > 0)) throw new Error("SESSION_DAYS must be a number of days.");
  return days;
}

function list(text = "") {
  return text.split(",").map((part) => part.trim()).filter(Boolean);
}
