import { isAbsolute } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { APIError } from "better-auth/api";
import pg from "pg";
import { log } from "./log.mjs";

// The SQLite file holds password hashes and live sessions: for its owner only.
process.umask(0o077);

const SHORTEST_SECRET = 32;
const READS = /^\s*select\b/i;
const ENDS = /^(commit|rollback)$/i;
const NOTHING = "select 1 where false";

/** Better Auth's own tables, named as Daybook's database names things. */
export const tables = {
  user: {
    modelName: "users",
    fields: snakeCase("emailVerified", "createdAt", "updatedAt"),
    deleteUser: { enabled: true },
  },
  session: {
    modelName: "sessions",
    fields: snakeCase("userId", "expiresAt", "ipAddress", "userAgent", "createdAt", "updatedAt"),
    // A cached session outlives its own sign-out by minutes.
    cookieCache: { enabled: false },
  },
  account: {
    modelName: "accounts",
    fields: snakeCase(
      "userId",
      "accountId",
      "providerId",
      "accessToken",
      "refreshToken",
      "idToken",
      "accessTokenExpiresAt",
      "refreshTokenExpiresAt",
      "createdAt",
      "updatedAt",
    ),
  },
  verification: {
    modelName: "verifications",
    fields: snakeCase("expiresAt", "createdAt", "updatedAt"),
  },
  // Where several of us serve, a caller has as many tries with all of them as with one.
  rateLimit: { storage: "database", modelName: "rate_limits", fields: snakeCase("lastRequest") },
};

/** Everything Better Auth is told; throws one clear sentence about what is missing or wrong. */
export function optionsFromEnvironment() {
  return {
    baseURL: publicOrigin(),
    basePath: "/api/auth",
    secret: secret(),
    database: openDatabase(required("DATABASE_URL")),
    ...tables,
    emailAndPassword: { enabled: true, minPasswordLength: 8, maxPasswordLength: 128 },
    databaseHooks: { user: { create: { before: refuseOddPeople }, update: { before: refuseOddPeople } } },
    trustedOrigins: list(process.env.TRUSTED_ORIGINS),
    rateLimit: {
      ...tables.rateLimit,
      enabled: rateLimited(),
      // Asked by whoever looks after us, again and again and for nobody in particular.
      customRules: { "/ok": false },
    },
    advanced: {
      cookiePrefix: process.env.COOKIE_PREFIX || "better-auth",
      ipAddress: { ipAddressHeaders: ["x-forwarded-for"] },
    },
    telemetry: { enabled: false },
    // Thrown on to the server, which reports it once and answers.
    onAPIError: { throw: true },
    logger: { log: (_level, ...parts) => log(...parts) },
  };
}

// Better Auth limits neither; Daybook's own forms say the same in kinder words.
async function refuseOddPeople({ name = "", email = "" }) {
  const odd = [...name].length > 100 || [...email].length > 255 || /\p{Cc}/u.test(name + email);
  if (odd) throw new APIError("BAD_REQUEST", { message: "A name has up to 100 characters, an email up to 255.", code: "ODD_PERSON" });
}

/** A node:sqlite database, or a pg pool with `poolOptions` over our own. */
export function openDatabase(address, poolOptions = {}) {
  const url = address.replace(/^(\w+)\+\w+:/, "$1:");
  if (url.startsWith("sqlite:")) return openSqlite(url);
  if (/^postgres(ql)?:/.test(url)) return openPostgres(url, poolOptions);
  throw new Error("DATABASE_URL must start with sqlite:/// or postgresql://.");
}

export function required(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set.`);
  return value;
}

// Better Auth reads, hashes a password and only then writes. Begun as a reader, it would lose to whoever
// wrote meanwhile, at once and whatever the timeout; begun as a writer, it would keep everybody waiting
// while it hashes. So it begins, as a writer, with the first statement that writes.
class Database extends DatabaseSync {
  #asked = false;

  prepare(sql, ...rest) {
    if (sql === "begin") {
      this.#asked = true;
      return super.prepare(NOTHING);
    }
    if (!this.#asked || READS.test(sql)) return super.prepare(sql, ...rest);
    const ends = ENDS.test(sql);
    if (!ends) this.exec("begin immediate");
    this.#asked = false;
    return super.prepare(ends ? NOTHING : sql, ...rest);
  }
}

function openSqlite(url) {
  const path = url.replace(/^sqlite:\/\/\//, "").split("?")[0];
  if (!isAbsolute(path)) throw new Error("DATABASE_URL must name the SQLite file from the root: sqlite:////path/daybook.db.");
  const database = new Database(path);
  database.exec("PRAGMA busy_timeout = 5000");
  database.exec("PRAGMA journal_mode = WAL");
  database.exec("PRAGMA synchronous = FULL");
  database.exec("PRAGMA foreign_keys = ON");
  return database;
}

function openPostgres(url, poolOptions) {
  const pool = new pg.Pool({
    ...asLibpqReads(url),
    max: 10,
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
    // On the client's side, because a pooler refuses statement_timeout at the start of a connection.
    query_timeout: 15_000,
    maxLifetimeSeconds: 300,
    ...poolOptions,
  });
  pool.on("error", (error) => log("Lost an idle database connection", error));
  // One that is lost between two statements belongs to nobody who listens; the next statement says so.
  pool.on("connect", (client) => client.on("error", () => {}));
  return pool;
}

// Daybook itself connects through libpq: the same address must mean the same here.
function asLibpqReads(url) {
  const [place, query = ""] = url.split("?", 2);
  const wishes = new URLSearchParams(query);
  const enableChannelBinding = wishes.get("channel_binding") === "require";
  wishes.delete("channel_binding");
  if (wishes.get("sslrootcert") === "system") {
    wishes.delete("sslrootcert");
    wishes.set("sslmode", "verify-full");
  }
  // pg cannot try TLS and then do without it.
  if (["allow", "prefer"].includes(wishes.get("sslmode"))) wishes.delete("sslmode");
  wishes.set("uselibpqcompat", "true");
  return { connectionString: `${place}?${wishes}`, enableChannelBinding };
}

function publicOrigin() {
  const url = URL.parse(required("APP_URL"));
  if (!/^https?:$/.test(url?.protocol)) throw new Error("APP_URL must be an address such as https://daybook.example.");
  return url.origin;
}

function secret() {
  const value = required("BETTER_AUTH_SECRET");
  if (value.length < SHORTEST_SECRET) throw new Error(`BETTER_AUTH_SECRET must have at least ${SHORTEST_SECRET} characters.`);
  return value;
}

function rateLimited() {
  const value = required("RATE_LIMIT");
  if (!["on", "off"].includes(value)) throw new Error('RATE_LIMIT must be "on" or "off".');
  return value === "on";
}

function list(text = "") {
  return text.split(",").map((part) => part.trim()).filter(Boolean);
}

function snakeCase(...names) {
  return Object.fromEntries(names.map((name) => [name, name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)]));
}
