// node migrate.mjs          migrates Better Auth's tables
// node migrate.mjs --check  changes nothing; lists the pending changes, exit code 3 if there are any
// node migrate.mjs --sql    changes nothing; prints the pending changes as SQL
import { getMigrations } from "better-auth/db/migration";
import { openDatabase } from "./database.mjs";
import { log } from "./log.mjs";
import { required } from "./options.mjs";
import { plugins, tables } from "./tables.mjs";

const CHANGES_PENDING = 3;

try {
  process.exitCode = await migrate({ check: process.argv.includes("--check"), sql: process.argv.includes("--sql") });
} catch (error) {
  log("Better Auth's tables could not be migrated", error);
  process.exitCode = 1;
}

// One connection and one transaction, which holds a lock: a concurrent migration waits.
async function migrate({ check, sql }) {
  const dryRun = check || sql;
  const database = openDatabase(required("DATABASE_URL"), { mayCreate: true, max: 1, idleTimeoutMillis: 0, maxLifetimeSeconds: 0, query_timeout: 60_000 });
  const execute = (sql) => (database.exec ? database.exec(sql) : database.query(sql));
  try {
    await begin(database, execute);
    const plan = await safePlan(database);
    const steps = describe(plan);
    if (!dryRun) await plan.runMigrations();
    await execute(dryRun ? "rollback" : "commit");
    if (sql) {
      if (steps.length) console.log(await plan.compileMigrations());
      return 0;
    }
    console.log(steps.length ? steps.join("\n") : "Better Auth's tables are up to date.");
    return check && steps.length ? CHANGES_PENDING : 0;
  } finally {
    await (database.end?.() ?? database.close?.());
  }
}

async function begin(database, execute) {
  if (database.exec) {
    // As long as PostgreSQL's lock below: other replicas may be migrating Daybook's tables.
    execute("pragma busy_timeout = 30000");
    return execute("begin immediate");
  }
  await execute("begin");
  await execute("set local lock_timeout = '30s'");
  await execute("select pg_advisory_xact_lock(hashtext('daybook: better-auth migration'))");
}

async function safePlan(database) {
  const logger = { log: (_level, ...parts) => log(...parts) };
  const plan = await getMigrations({ database, ...tables, plugins, logger }, { throwOnUnsafe: false });
  const problems = [...plan.schemaProblems, ...plan.unsafeChanges];
  if (problems.length) throw new Error(problems.join(" "));
  return plan;
}

function describe({ toBeCreated, toBeAdded, toBeAddedIndexes }) {
  return [
    ...toBeCreated.map(({ table }) => `create table ${table}`),
    ...toBeAdded.map(({ table, fields }) => `add to table ${table}: ${Object.keys(fields).join(", ")}`),
    ...toBeAddedIndexes.map(({ table, name }) => `add to table ${table}: index ${name}`),
  ];
}
