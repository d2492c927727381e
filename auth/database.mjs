import { statSync } from "node:fs";
import { isAbsolute } from "node:path";
import { DatabaseSync } from "node:sqlite";
import pg from "pg";
import { parseIntoClientConfig } from "pg-connection-string";
import { log } from "./log.mjs";

// Files are created readable by their owner only: the SQLite file holds password hashes and live sessions.
process.umask(0o077);

const IS_SELECT = /^\s*select\b/i;
const ENDS_TRANSACTION = /^(commit|rollback)$/i;
const NO_OP = "select 1 where false";

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
