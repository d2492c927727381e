// Serves Better Auth on a unix socket that only Daybook can open. It stops when standard input closes, which
// happens when the parent process exits for any reason.
import { chmodSync, lstatSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { betterAuth } from "better-auth";
import { toNodeHandler } from "better-auth/node";
import { isReachable } from "./database.mjs";
import { log } from "./log.mjs";
import { optionsFromEnvironment, sessionDays } from "./options.mjs";
import { purgeRegularly } from "./purge.mjs";

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
const MAX_BODY = 64 * 1024;
const MAX_HEAD = 64 * 1024;
const SHUTDOWN_MS = 4_000;

// Standard output is reserved for "ready"; everything that Better Auth prints goes to stderr.
console.log = console.info = console.warn = console.error = log;

// A rejected promise concerns one request: log it and go on. After an uncaught exception the state of the process
// is unknown: exit, and let Daybook restart it.
process.on("unhandledRejection", (reason) => log("Unhandled rejection", reason));
process.on("uncaughtException", (error) => {
  log("Better Auth exits after an uncaught exception", error);
  process.exit(1);
});

let stopping = false;

try {
  await start();
} catch (error) {
  log("Better Auth cannot start", error);
  process.exit(1);
}

async function start() {
  const address = listenAddress();
  const options = optionsFromEnvironment();
  const auth = betterAuth(options);
  const context = await auth.$context;
  await checkTables(context);

  const server = createServer(
    { maxHeaderSize: MAX_HEAD, headersTimeout: 10_000, requestTimeout: 30_000, connectionsCheckingInterval: 5_000, keepAliveTimeout: 75_000 },
    requestListener(toNodeHandler(auth), options),
  );
  server.on("error", (error) => {
    log("Better Auth cannot listen", error);
    process.exit(1);
  });

  const stop = () => end(server, options.database);
  process.on("SIGTERM", stop).on("SIGINT", stop);
  process.stdin.on("end", stop).on("error", stop).resume();

  server.listen(address, () => {
    if (address.path) chmodSync(address.path, 0o600);
    process.stdout.write("ready\n");
    purgeRegularly(context, sessionDays());
  });
}

// Better Auth checks its tables once and fails every later request if they do not match, so refuse to start then.
// An unreachable database is no reason to refuse: it may come back.
async function checkTables(context) {
  try {
    await context.checkSchema?.();
  } catch (error) {
    if (error.code === "SCHEMA_MISMATCH") throw new Error(`run "daybook migrate" first. ${error.message}`);
    log("Better Auth cannot reach its database yet", error);
  }
}

function requestListener(handle, { baseURL, database }) {
  const publicHost = new URL(baseURL).host;
  return (request, response) => {
    const rejection = rejectionOf(request);
    if (rejection) return reject(response, ...rejection);
    if (database.isElsewhere) return reject(response, 503, "The database file was moved, deleted or replaced.");
    dropForwardedHeaders(request.headers, publicHost);
    if (stopping) response.setHeader("connection", "close");
    handle(request, response).catch(async (error) => {
      log("A request failed", error);
      if (await isReachable(database)) reject(response, 500, "Something went wrong.");
      else reject(response, 503, "The database is not available.");
    });
  };
}

function rejectionOf({ method, url, headers }) {
  if (!METHODS.includes(method)) return [405, "Method not allowed."];
  if (!url.startsWith("/")) return [400, "The request target must be a path."];
  if (headers["transfer-encoding"]) return [411, "Content-Length is required."];
  if (Number(headers["content-length"]) > MAX_BODY) return [413, "The body is too large."];
}

// Only the client's address is taken from forwarding headers. The host comes from APP_URL: a forged one would end up
// in links, or raise an exception.
function dropForwardedHeaders(headers, publicHost) {
  for (const name of Object.keys(headers)) {
    if (name === "forwarded" || (name.startsWith("x-forwarded-") && name !== "x-forwarded-for")) delete headers[name];
  }
  headers.host = publicHost;
}

function reject(response, status, message) {
  if (response.headersSent) return response.destroy();
  response.writeHead(status, { "content-type": "application/json", connection: "close" });
  response.end(JSON.stringify({ message }));
}

function listenAddress() {
  const { AUTH_SOCKET: path, AUTH_PORT: port } = process.env;
  if (path) return { path: withoutStaleSocket(path) };
  if (!port) throw new Error("AUTH_SOCKET or AUTH_PORT is not set.");
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) throw new Error("AUTH_PORT must be a port number.");
  return { host: "127.0.0.1", port: Number(port) };
}

function withoutStaleSocket(path) {
  const existing = lstatSync(path, { throwIfNoEntry: false });
  if (existing && !existing.isSocket()) throw new Error("AUTH_SOCKET names a file that is not a socket.");
  rmSync(path, { force: true });
  return path;
}

function end(server, database) {
  if (stopping) return;
  stopping = true;
  setTimeout(() => process.exit(0), SHUTDOWN_MS);
  setInterval(() => server.closeIdleConnections(), 50);
  server.close(async () => {
    await (database.end?.() ?? database.close?.());
    process.exit(0);
  });
}
