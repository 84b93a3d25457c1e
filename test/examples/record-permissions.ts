import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isObject } from '../../lambda/json-reader.ts';

/**
 * Writes anew what CloudFormation's handlers need, of the types that are kept and of those that are named:
 * `node --import tsx test/examples/record-permissions.ts <folder> [type…]`, where the folder is `cfnlint/data/schemas` of an
 * installed cfn-lint, which carries AWS's own schemas.
 */
const FILE = new URL('handler-permissions.json', import.meta.url);
const REGION = 'ap-northeast-2';
/** Those of a stack's life; `list` is for looking what an account has. */
const HANDLERS = ['create', 'read', 'update', 'delete'];

const [folder = '', ...more] = process.argv.slice(2);
const read = (...path: readonly string[]) => JSON.parse(readFileSync(join(folder, ...path), 'utf8'));
const kept = JSON.parse(readFileSync(FILE, 'utf8'));
const schemas = read('providers', `${REGION}.json`);

function permissionsOf(type: string): readonly string[] {
  if (typeof schemas[type] !== 'string') throw new Error(`${type} is no type of CloudFormation in ${REGION}`);
  const { handlers } = read('resources', `${schemas[type]}.json`);
  if (!isObject(handlers)) throw new Error(`the schema of ${type} names no permissions`);
  const all = Object.entries(handlers)
    .filter(([name]) => HANDLERS.includes(name))
    .flatMap(([, handler]) =>
      isObject(handler) && Array.isArray(handler.permissions) ? handler.permissions : [],
    );
  return [...new Set(all.map(String))].sort();
}

const types = [...new Set([...Object.keys(kept.permissions), ...more])].sort();
const permissions = Object.fromEntries(types.map(type => [type, permissionsOf(type)]));
const schemaDate = String(read('version.json').schema_date).slice(0, 10);
writeFileSync(FILE, `${JSON.stringify({ ...kept, schemaDate, permissions }, undefined, 2)}\n`);
