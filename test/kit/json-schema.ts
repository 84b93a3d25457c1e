type Json = { readonly [name: string]: unknown };

/** How a value is looked at. */
export interface SchemaOptions {
  /** Whether members that an object's schema does not name are problems wherever it names any. */
  readonly isClosed?: boolean;
}

/** A keyword's problems with a value. */
type Check = (given: never, value: unknown, look: Look, schema: Json) => readonly string[];

interface Look {
  readonly path: string;
  readonly root: Json;
  readonly options: SchemaOptions;
}

/**
 * Everything wrong with a value by a JSON Schema (2020-12), in words; nothing when it is valid. Of the vocabulary it knows
 * what our schemas use.
 * @param pointer to the schema inside the document: `#/$defs/turn`
 * @throws Error at a keyword that it does not know
 */
export function schemaProblems(
  root: Json,
  pointer: string,
  value: unknown,
  options: SchemaOptions = {},
): readonly string[] {
  return problemsOf(resolved(root, pointer), value, { path: '', root, options });
}

function problemsOf(schema: Json, value: unknown, look: Look): readonly string[] {
  const unknown = Object.keys(schema).find(keyword => !(keyword in CHECKS) && !TOLD.has(keyword));
  if (unknown !== undefined) throw new Error(`nobody here knows the keyword ${unknown}`);
  const found = Object.entries(CHECKS).flatMap(([keyword, check]) =>
    Object.hasOwn(schema, keyword) ? check(schema[keyword] as never, value, look, schema) : [],
  );
  return [...found, ...(look.options.isClosed ? strangersOf(schema, value, look) : [])];
}

const TOLD: ReadonlySet<string> = new Set(['title', 'description', '$schema', '$id', '$defs', 'then']);

const CHECKS: Readonly<Record<string, Check>> = {
  $ref: (pointer: string, value, look) => problemsOf(resolved(look.root, pointer), value, look),
  type: (type: string, value, { path }) => (isOfType(type, value) ? [] : [`${path} is no ${type}`]),
  const: (wanted: unknown, value, { path }) => (value === wanted ? [] : [`${path} is not ${wanted}`]),
  enum: (words: readonly unknown[], value, { path }) =>
    words.includes(value) ? [] : [`${path} is none of ${words}`],
  pattern: (pattern: string, value, { path }) =>
    typeof value !== 'string' || patternOf(pattern).test(value) ? [] : [`${path} does not match ${pattern}`],
  minimum: (least: number, value, { path }) =>
    typeof value === 'number' && value < least ? [`${path} is below ${least}`] : [],
  required: (names: readonly string[], value, { path }) =>
    isObject(value)
      ? names.filter(name => !Object.hasOwn(value, name)).map(name => `${path}.${name} is missing`)
      : [],
  properties: (schemas: Readonly<Record<string, Json>>, value, look) =>
    isObject(value)
      ? Object.entries(schemas).flatMap(([name, schema]) =>
          Object.hasOwn(value, name)
            ? problemsOf(schema, value[name], { ...look, path: `${look.path}.${name}` })
            : [],
        )
      : [],
  additionalProperties: (given: Json | false, value, look, { properties = {} }) => {
    const others = isObject(value)
      ? Object.entries(value).filter(([name]) => !Object.hasOwn(properties as Json, name))
      : [];
    return others.flatMap(([name, member]) => {
      const path = `${look.path}.${name}`;
      return given === false ? [`${path} is unknown`] : problemsOf(given, member, { ...look, path });
    });
  },
  minProperties: (least: number, value, { path }) =>
    isObject(value) && Object.keys(value).length < least ? [`${path} has too few members`] : [],
  maxProperties: (most: number, value, { path }) =>
    isObject(value) && Object.keys(value).length > most ? [`${path} has too many members`] : [],
  items: (schema: Json, value, look) =>
    Array.isArray(value)
      ? value.flatMap((item, index) => problemsOf(schema, item, { ...look, path: `${look.path}[${index}]` }))
      : [],
  minItems: (least: number, value, { path }) =>
    Array.isArray(value) && value.length < least ? [`${path} has too few items`] : [],
  maxItems: (most: number, value, { path }) =>
    Array.isArray(value) && value.length > most ? [`${path} has too many items`] : [],
  anyOf: (schemas: readonly Json[], value, look) => {
    const each = schemas.map(schema => problemsOf(schema, value, look));
    return each.some(problems => problems.length === 0) ? [] : each.flat();
  },
  oneOf: (schemas: readonly Json[], value, look) => {
    const each = schemas.map(schema => problemsOf(schema, value, look));
    const right = each.filter(problems => problems.length === 0).length;
    return right === 1
      ? []
      : [`${look.path} is ${right} of those that it must be one of`, ...(right === 0 ? each.flat() : [])];
  },
  allOf: (schemas: readonly Json[], value, look) =>
    schemas.flatMap(schema => problemsOf(schema, value, look)),
  // A condition says nothing of the members that it does not name.
  if: (condition: Json, value, look, { then = {} }) => {
    const open = { ...look, options: {} };
    return problemsOf(condition, value, open).length === 0 ? problemsOf(then as Json, value, open) : [];
  },
};

/** The patterns of our schemas, each as it is written there. */
const PATTERNS = [/\S/, /^https?:\/\//, /^[hH][tT][tT][pP][sS]?:\/\//];

function patternOf(written: string): RegExp {
  const known = PATTERNS.find(({ source }) => source.replaceAll('\\/', '/') === written);
  if (known === undefined) throw new Error(`nobody here knows the pattern ${written}`);
  return known;
}

function strangersOf(
  { properties, additionalProperties }: Json,
  value: unknown,
  { path }: Look,
): readonly string[] {
  if (properties === undefined || additionalProperties !== undefined || !isObject(value)) return [];
  return Object.keys(value)
    .filter(name => !Object.hasOwn(properties as Json, name))
    .map(name => `${path}.${name} is not told of`);
}

function isOfType(type: string, value: unknown): boolean {
  switch (type) {
    case 'object':
      return isObject(value);
    case 'array':
      return Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}

function resolved(root: Json, pointer: string): Json {
  const steps = pointer.split('/').slice(1);
  const found = steps.reduce<unknown>((at, step) => (isObject(at) ? at[step] : undefined), root);
  if (!isObject(found)) throw new Error(`the schema has no ${pointer}`);
  return found;
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
