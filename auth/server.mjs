// Better Auth on a socket only Daybook can reach. Standard input is its leash: when whoever
// started it goes away, the pipe closes and it stops.
import { chmodSync, lstatSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { betterAuth } from "better-auth";
import { toNodeHandler } from "better-auth/node";
import { log } from "./log.mjs";
import { optionsFromEnvironment } from "./options.mjs";

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
const LARGEST_BODY = 64 * 1024;
const LARGEST_HEAD = 64 * 1024;
const LAST_REQUESTS_MS = 4_000;

// Standard output is for "ready" alone, and what Better Auth prints outside a request goes this way.
console.log = console.info = console.warn = console.error = log;

// A failed promise belongs to one request: it is reported, the others go on. After an exception
// that nobody caught nothing is certain: end, and be started again.
process.on("unhandledRejection", (reason) => log("A request left an error behind", reason));
process.on("uncaughtException", (error) => {
  log("Better Auth ends after an error nobody caught", error);
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
  const options = optionsFromEnvironment();
  const place = listeningPlace();
  const auth = betterAuth(options);
  await checkTables(await auth.$context);

  const server = createServer(
    { maxHeaderSize: LARGEST_HEAD, headersTimeout: 10_000, requestTimeout: 30_000, connectionsCheckingInterval: 5_000, keepAliveTimeout: 75_000 },
    answerWith(toNodeHandler(auth), new URL(options.baseURL).host),
  );
  server.on("error", (error) => {
    log("Better Auth cannot listen", error);
    process.exit(1);
  });

  const stop = () => end(server, options.database);
  process.on("SIGTERM", stop).on("SIGINT", stop);
  process.stdin.on("end", stop).on("error", stop).resume();

  server.listen(place, () => {
    if (place.path) chmodSync(place.path, 0o600);
    process.stdout.write("ready\n");
  });
}

// Better Auth looks at its tables once, and remembers a fault until it ends: then better not begin.
// A database that is only away for a moment is none.
async function checkTables(context) {
  try {
    await context.checkSchema?.();
  } catch (error) {
    if (error.code === "SCHEMA_MISMATCH") throw new Error(`run "daybook migrate" first. ${error.message}`);
    log("Better Auth does not reach its database yet", error);
  }
}

function answerWith(handle, publicHost) {
  return (request, response) => {
    const problem = whatIsWrongWith(request);
    if (problem) return refuse(response, ...problem);
    believeOnlyTheCaller(request.headers, publicHost);
    if (stopping) response.setHeader("connection", "close");
    handle(request, response).catch((error) => {
      log("A request failed", error);
      refuse(response, 500, "Something went wrong.");
    });
  };
}

function whatIsWrongWith({ method, url, headers }) {
  if (!METHODS.includes(method)) return [405, "Method not allowed."];
  if (!url.startsWith("/")) return [400, "The address must be a path."];
  if (headers["transfer-encoding"]) return [411, "The length must be given."];
  if (Number(headers["content-length"]) > LARGEST_BODY) return [413, "Too large."];
}

// From the proxy we take who calls. Where Daybook lives is ours to know: a wrong word about it
// would end in links to elsewhere, or in an exception.
function believeOnlyTheCaller(headers, publicHost) {
  for (const name of Object.keys(headers)) {
    if (name === "forwarded" || (name.startsWith("x-forwarded-") && name !== "x-forwarded-for")) delete headers[name];
  }
  headers.host = publicHost;
}

function refuse(response, status, message) {
  if (response.headersSent) return response.destroy();
  response.writeHead(status, { "content-type": "application/json", connection: "close" });
  response.end(JSON.stringify({ message }));
}

function listeningPlace() {
  const { AUTH_SOCKET: path, AUTH_PORT: port } = process.env;
  if (path) return { path: withoutStaleSocket(path) };
  if (!port) throw new Error("AUTH_SOCKET or AUTH_PORT is not set.");
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) throw new Error("AUTH_PORT must be a port number.");
  return { host: "127.0.0.1", port: Number(port) };
}

function withoutStaleSocket(path) {
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (there && !there.isSocket()) throw new Error("AUTH_SOCKET names something that is not a socket.");
  rmSync(path, { force: true });
  return path;
}

function end(server, database) {
  if (stopping) return;
  stopping = true;
  setTimeout(() => process.exit(0), LAST_REQUESTS_MS);
  setInterval(() => server.closeIdleConnections(), 50);
  server.close(async () => {
    await (database.end?.() ?? database.close?.());
    process.exit(0);
  });
}
